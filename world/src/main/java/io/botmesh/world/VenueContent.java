package io.botmesh.world;

/**
 * A place with a name.
 *
 * @param provider whose id it is: {@code foursquare}, {@code google_place} or empty
 */
record VenueContent(Place place, String title, String address, String provider, String id, String type)
        implements Content {
    @Override
    public void write(JsonWriter json, View view) {
        place.writeOpen(json.name("location")).endObject();
        writeShown(json, view);
    }

    @Override
    public void writeShown(JsonWriter json, View view) {
        json.name("venue").object();
        place.writeOpen(json.name("location")).endObject();
        json.field("title", title).field("address", address);
        if (!id.isEmpty()) json.field(provider + "_id", id);
        if (!type.isEmpty()) json.field(provider + "_type", type);
        json.endObject();
    }
}
