package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** The arguments of a call as the methods read them; a missing value and an empty one are the same. */
record Params(Arguments arguments, Attachments attachments) {
    Params(Arguments arguments) {
        this(arguments, Attachments.none());
    }

    String text(String name) {
        var value = arguments.text(name);
        return value == null ? "" : value;
    }

    boolean has(String name) {
        return !text(name).isEmpty();
    }

    boolean flag(String name) {
        return Lenient.flag(arguments.text(name));
    }

    int integer(String name, int otherwise, int least, int most) {
        return Lenient.integer(arguments.text(name), otherwise, least, most);
    }

    /** The same without a name. */
    Params without(String name) {
        return new Params(arguments.without(name), attachments);
    }

    /** The same with a value where there was none. */
    Params with(String name, String value) {
        return has(name) ? this : new Params(arguments.with(name, value), attachments);
    }

    /** A message id, 0 if none was given. */
    int messageId(String name) {
        return integer(name, 0, 0, Integer.MAX_VALUE);
    }

    String required(String name) {
        var value = text(name);
        if (value.isEmpty()) throw Refused.of(400, "Parameter \"" + name + "\" is required");
        return value;
    }

    /** A user id; missing, garbage and what is no user are refused alike. */
    long userId(String name) {
        long id = Lenient.number(text(name));
        if (id <= 0 || id >= 1L << 52) throw Refused.of(400, "Invalid " + name + " specified");
        return id;
    }

    @Nullable
    Upload upload(String field) {
        return arguments.upload(field);
    }
}
