package io.botmesh.world;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Names, values and files of a call in look-up order, which is query before body: the first match wins.
 *
 * <p>Values are text; a JSON value that is no string is its raw JSON text. Bytes that were not UTF-8 come as at least
 * one unpaired surrogate, so that whoever needs the text can tell.
 */
public final class Arguments {
    private static final Arguments NONE = builder().build();

    private record Value(String name, String text) {}

    private final List<Value> values;
    private final List<Upload> uploads;

    private Arguments(List<Value> values, List<Upload> uploads) {
        this.values = values;
        this.uploads = uploads;
    }

    public static Builder builder() {
        return new Builder();
    }

    public static Arguments none() {
        return NONE;
    }

    /** Names and values in turn, for callers that have them at hand. */
    public static Arguments of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) throw new IllegalArgumentException("a name without a value");
        var builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) builder.add(namesAndValues[i], namesAndValues[i + 1]);
        return builder.build();
    }

    /** The first value of that name, null if there is none. Names are case-sensitive. */
    public @Nullable String text(String name) {
        for (var value : values) if (value.name.equals(name)) return value.text;
        return null;
    }

    /**
     * The file that a field means: the part of that name, else the part that its value names as {@code attach://part};
     * null if there is neither.
     */
    public @Nullable Upload upload(String field) {
        var direct = part(field);
        if (direct != null) return direct;
        var reference = text(field);
        return reference != null && reference.startsWith("attach://")
                ? part(reference.substring("attach://".length()))
                : null;
    }

    /** The part of that name, null if there is none. */
    @Nullable
    Upload part(String field) {
        for (var upload : uploads) if (upload.field().equals(field)) return upload;
        return null;
    }

    /** The names of all values, in order, without the files. */
    public List<String> names() {
        return values.stream().map(Value::name).toList();
    }

    /** The same without the values of that name. */
    Arguments without(String name) {
        var left = values.stream().filter(value -> !value.name.equals(name)).toList();
        return new Arguments(left, uploads);
    }

    /** The same with one value instead of those of that name. */
    Arguments with(String name, String text) {
        var left = new ArrayList<>(without(name).values);
        left.add(new Value(name, text));
        return new Arguments(List.copyOf(left), uploads);
    }

    /** The values that belong to {@link #names()}, in the same order. */
    public List<String> values() {
        return values.stream().map(Value::text).toList();
    }

    /** All files, in order. */
    public List<Upload> uploads() {
        return uploads;
    }

    /** Collects arguments in look-up order. */
    public static final class Builder {
        private final List<Value> values = new ArrayList<>();
        private final List<Upload> uploads = new ArrayList<>();

        private Builder() {}

        public Builder add(String name, String text) {
            values.add(new Value(name, text));
            return this;
        }

        public Builder add(Upload upload) {
            uploads.add(upload);
            return this;
        }

        public Arguments build() {
            return new Arguments(List.copyOf(values), List.copyOf(uploads));
        }
    }
}
