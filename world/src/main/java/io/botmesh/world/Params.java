package io.botmesh.world;

import org.jspecify.annotations.Nullable;

/** The arguments of a call as the methods read them; a missing value and an empty one are the same. */
record Params(Arguments arguments, Attachments attachments) {
    Params(Arguments arguments) {
        this(arguments, Attachments.none());
    }

    /** A value that may end up in somebody's eyes; what is no UTF-8 is refused. */
    String text(String name) {
        return TextCleaner.requireUnicode(raw(name));
    }

    /** A value as it came, for whoever refuses broken ones in other words or only looks something up by it. */
    String raw(String name) {
        var value = arguments.text(name);
        return value == null ? "" : value;
    }

    boolean has(String name) {
        return !raw(name).isEmpty();
    }

    long number(String name) {
        return Lenient.number(raw(name));
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
        return TextCleaner.requireUnicode(requiredRaw(name));
    }

    String requiredRaw(String name) {
        var value = raw(name);
        if (value.isEmpty()) throw Refused.of(400, "Parameter \"" + name + "\" is required");
        return value;
    }

    /** A user id; missing, garbage and what is no user are refused alike. */
    long userId(String name) {
        long id = number(name);
        if (id <= 0 || id >= 1L << 52) throw Refused.of(400, "Invalid " + name + " specified");
        return id;
    }

    /** The file that a field means, null if it means none. */
    @Nullable
    Upload upload(String field) {
        return named(arguments.upload(field));
    }

    /** The file of that name, null if there is none. */
    @Nullable
    Upload part(String name) {
        return named(arguments.part(name));
    }

    private static @Nullable Upload named(@Nullable Upload upload) {
        if (upload != null) TextCleaner.requireUnicode(upload.fileName());
        return upload;
    }
}
