package io.botmesh.world;

/** Somebody was given something. */
record GiftContent(Gifts.Owned gift) implements ServiceContent {
    @Override
    public boolean differsByBot(Message in) {
        return true;
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("gift").object();
        gift.gift.write(json.name("gift"), view.files(), view.viewer(), 0);
        json.field("owned_gift_id", gift.id).field("convert_star_count", gift.gift.convertStars());
        if (gift.gift.upgradeStars() > 0) json.field("can_be_upgraded", true);
        if (!gift.text.isEmpty()) json.field("text", gift.text.text());
        gift.text.writeEntities(json, "entities");
        json.endObject();
    }
}
