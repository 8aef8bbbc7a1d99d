package io.botmesh.world;

/** A game of the bot that sent it, known by its short name. Nobody made a picture for it. */
record GameContent(String shortName, String title, String description) implements Content {
    @Override
    public String firstButton() {
        return "callback_game";
    }

    @Override
    public void write(JsonWriter json, View view) {
        json.name("game").object().field("title", title).field("description", description);
        json.name("photo").array().endArray().endObject();
    }
}
