package io.botmesh.world;

import java.util.function.UnaryOperator;

/**
 * A place with a name.
 *
 * @param provider whose id it is: {@code foursquare}, {@code google_place} or empty
 */
record VenueContent(Place place, String title, String address, String provider, String id, String type)
        implements Content {
    VenueContent {
        title = TextCleaner.cleanLine("Venue title", title);
        address = TextCleaner.cleanLine("Venue address", address);
        id = TextCleaner.cleanLine("Venue identifier", id);
        type = TextCleaner.cleanLine("Venue type", type);
    }

    /** From values as a client wrote them. */
    static VenueContent of(Place place, UnaryOperator<String> values) {
        boolean google = !values.apply("google_place_id").isEmpty()
                || !values.apply("google_place_type").isEmpty();
        boolean foursquare = !values.apply("foursquare_id").isEmpty()
                || !values.apply("foursquare_type").isEmpty();
        var provider = foursquare ? "foursquare" : google ? "google_place" : "";
        return new VenueContent(
                place,
                values.apply("title"),
                values.apply("address"),
                provider,
                provider.isEmpty() ? "" : values.apply(provider + "_id"),
                provider.isEmpty() ? "" : values.apply(provider + "_type"));
    }

    /** Refuses what is nowhere or has no name. */
    VenueContent require() {
        place.require();
        if (title.isBlank()) throw Refused.of(400, "Venue title must be non-empty");
        if (address.isBlank()) throw Refused.of(400, "Venue address must be non-empty");
        return this;
    }

    @Override
    public void write(JsonWriter json, View view) {
        place.writeOpen(json.name("location")).endObject();
        writeShown(json, view);
    }

    @Override
    public void writeShown(JsonWriter json, View view) {
        writeVenue(json);
    }

    void writeVenue(JsonWriter json) {
        json.name("venue").object();
        place.writeOpen(json.name("location")).endObject();
        json.field("title", title).field("address", address);
        if (!id.isEmpty()) json.field(provider + "_id", id);
        if (!type.isEmpty()) json.field(provider + "_type", type);
        json.endObject();
    }
}
