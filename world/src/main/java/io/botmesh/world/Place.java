package io.botmesh.world;

/**
 * A point on the earth.
 *
 * @param latitude  degrees, -90 to 90
 * @param longitude degrees, -180 to 180
 * @param accuracy  metres around it, 0 if nobody said
 */
record Place(double latitude, double longitude, double accuracy) {
    private static final double MOST_ACCURACY = 1500;

    static Place parse(Params params) {
        return of(params.text("latitude"), params.text("longitude"), params.text("horizontal_accuracy"));
    }

    /** From values as a client wrote them. */
    static Place of(String latitude, String longitude, String accuracy) {
        if (latitude.isBlank()) throw Refused.of(400, "Bad Request: latitude is empty");
        if (longitude.isBlank()) throw Refused.of(400, "Bad Request: longitude is empty");
        return new Place(
                rounded(Lenient.decimal(latitude)),
                rounded(Lenient.decimal(longitude)),
                Math.clamp(Lenient.decimal(accuracy), 0, MOST_ACCURACY));
    }

    /** Six digits behind the point, about a hand's breadth. */
    private static double rounded(double degrees) {
        return Math.abs(degrees) > 1000 ? degrees : Math.rint(degrees * 1e6) / 1e6;
    }

    /** Refuses what is nowhere. */
    Place require() {
        if (!isSomewhere()) throw Refused.of(400, "Wrong location specified");
        return this;
    }

    boolean isSomewhere() {
        return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180;
    }

    /** As a {@code Location} without the closing brace, for whoever adds to it. */
    JsonWriter writeOpen(JsonWriter json) {
        json.object().field("latitude", latitude).field("longitude", longitude);
        if (accuracy > 0) json.field("horizontal_accuracy", accuracy);
        return json;
    }
}
