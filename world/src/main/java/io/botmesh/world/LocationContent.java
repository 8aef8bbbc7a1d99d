package io.botmesh.world;

/**
 * A place, which may move for a while.
 *
 * @param livePeriod seconds from its sending in which it moves, 0 if it stands still, {@link #FOREVER} without end
 * @param heading    degrees in which it moves, 1 to 360, 0 if nobody said
 * @param radius     metres within which others are told of each other, 0 for none
 * @param live       whether it still moves
 */
record LocationContent(Place place, int livePeriod, int heading, int radius, boolean live) implements Content {
    static final int FOREVER = Integer.MAX_VALUE;

    /** The same where it came to rest. */
    LocationContent stopped() {
        return new LocationContent(place, livePeriod, heading, radius, false);
    }

    /** Elsewhere it stands still. */
    @Override
    public Content forwarded() {
        return new LocationContent(place, 0, 0, 0, false);
    }

    @Override
    public Content copied(Bot bot, long freshId) {
        return forwarded();
    }

    @Override
    public void write(JsonWriter json, View view) {
        place.writeOpen(json.name("location"));
        if (live) {
            json.field("live_period", livePeriod);
            if (heading > 0) json.field("heading", heading);
            if (radius > 0) json.field("proximity_alert_radius", radius);
        }
        json.endObject();
    }
}
