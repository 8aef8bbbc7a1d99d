package io.botmesh.world;

/**
 * A game of the bot that sent it, known by its short name. Nobody made a picture for it.
 *
 * @param text what stands under it, such as the best scores; empty for nothing
 */
record GameContent(String shortName, String title, String description, FormattedText text) implements Content {
    /** The list of a bot's games is kept elsewhere, so that a name is all there is. */
    static GameContent named(String shortName) {
        return new GameContent(shortName, shortName, shortName, FormattedText.EMPTY);
    }

    GameContent withText(FormattedText other) {
        return new GameContent(shortName, title, description, other);
    }

    @Override
    public FormattedText words() {
        return text;
    }

    @Override
    public String firstButton() {
        return "callback_game";
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("game").object().field("title", title).field("description", description);
        if (!text.isEmpty()) {
            json.field("text", text.text());
            text.writeEntities(json, "text_entities");
        }
        json.name("photo").array().endArray().endObject();
    }
}
