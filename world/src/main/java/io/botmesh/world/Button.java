package io.botmesh.world;

/**
 * One button of a keyboard.
 *
 * @param kind  the field of the server's object that says what it does, {@code text} for one that only sends its text
 * @param value what it does it with, if that is a text: data, address, query; else empty
 * @param json  the whole button as everybody sees it
 */
record Button(String text, String kind, String value, String json) {
    boolean is(String aKind) {
        return kind.equals(aKind);
    }

    /** The object in the field that says what it does. */
    Fields detail() {
        var whole = Lenient.json(json);
        var detail = whole == null ? null : whole.get(kind);
        if (detail == null || !detail.isObject()) throw new IllegalStateException("no detail in " + json);
        return new Fields(detail);
    }
}
