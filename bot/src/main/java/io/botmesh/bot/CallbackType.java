package io.botmesh.bot;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record as the data of buttons: {@code name.abc:field:field}, at most 64 bytes in all, where {@code abc} stands for the
 * names and types of the record's components. Data of a record that has since changed is told apart by that, and never
 * read as something else. So is data of several records of one program that have the same name: it is outdated for none
 * of them once each has been named by a filter or stood in a button. Only if their components are the same, too, nothing
 * tells them apart, and the log says so: give one of them another {@link CallbackName}.
 *
 * <p>Components may be whole numbers, booleans, characters, enums, texts, {@link java.util.UUID}s,
 * {@link java.time.LocalDate}s and records of these. What is not primitive may be null, but for records.
 *
 * @param <T> the record
 * @see CallbackName
 */
public final class CallbackType<T extends Record> {
    /** What callback data turned out to be. */
    public sealed interface Reading<T> {
        /** Data of this type. */
        record Value<T>(T value) implements Reading<T> {}

        /**
         * Data that had the name of this type and is neither of this nor of another type that the program uses, for instance of
         * a button sent before the record was changed.
         */
        record Outdated<T>(String data, String reason) implements Reading<T> {}

        /** Data of something else. */
        record Other<T>() implements Reading<T> {}
    }

    /** In UTF-8, by the <a href="https://core.telegram.org/bots/api#inlinekeyboardbutton">Bot API</a>. */
    static final int MOST_BYTES = 64;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,20}");

    private static final ClassValue<CallbackType<?>> KNOWN = new ClassValue<>() {
        @Override
        protected CallbackType<?> computeValue(Class<?> type) {
            return new CallbackType<>(type.asSubclass(Record.class));
        }
    };

    /** Anybody can send a bot made-up data. */
    private static final int MOST_TOLD = 20;

    /** The record whose buttons begin so, by name: it may have been loaded before, in another form. */
    private static final Map<String, String> OWNERS = new ConcurrentHashMap<>();

    private static final Logger log = LoggerFactory.getLogger(CallbackType.class);

    private final Set<String> told = ConcurrentHashMap.newKeySet();
    private final Class<T> type;
    private final String name;
    private final CallbackFields fields;
    private final String prefix;

    private CallbackType(Class<T> type) {
        this.type = type;
        var given = type.getAnnotation(CallbackName.class);
        name = given == null ? type.getSimpleName() : given.value();
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException(type.getName() + ": no name for callback data: " + name
                    + "; give it one of 1 to 20 letters, digits, _ and - by @CallbackName");
        fields = CallbackFields.of(type);
        prefix = name + "." + shape(fields.shape());
        int least = prefix.length() + fields.leastBytes();
        if (least > MOST_BYTES)
            throw new IllegalArgumentException(type.getName() + " cannot be callback data: it needs " + least
                    + " bytes at least, of " + MOST_BYTES);
        var other = OWNERS.putIfAbsent(prefix, type.getName());
        if (other != null && !other.equals(type.getName()))
            log.warn(
                    "buttons of {} and of {} cannot be told apart: give one of them another name by @CallbackName",
                    other,
                    type.getName());
    }

    /**
     * The type of that record.
     *
     * @throws IllegalArgumentException if it has components that callback data cannot hold, or too many
     */
    @SuppressWarnings("unchecked") // the value for a class is of that class
    public static <T extends Record> CallbackType<T> of(Class<T> type) {
        return (CallbackType<T>) KNOWN.get(type);
    }

    /** The data that stands for a record; see {@link #encode}. */
    public static String data(Record value) {
        return encodeAs(of(value.getClass()), value);
    }

    private static <T extends Record> String encodeAs(CallbackType<T> type, Record value) {
        return type.encode(type.type.cast(value));
    }

    /** Short, for it costs in every button; 18 bits. */
    private static String shape(String described) {
        var crc = new CRC32C();
        crc.update(described.getBytes(StandardCharsets.UTF_8));
        var short18 = new StringBuilder();
        for (int i = 0; i < 3; i++) short18.append(CallbackFields.digit((int) (crc.getValue() >> (6 * i))));
        return short18.toString();
    }

    /** What all data of this type begins with. */
    String prefix() {
        return prefix;
    }

    /** The record's class. */
    public Class<T> type() {
        return type;
    }

    /**
     * The data of a button.
     *
     * @throws IllegalArgumentException if it is over 64 bytes in UTF-8, as only this value may tell
     */
    public String encode(T value) {
        var data = new StringBuilder(prefix);
        fields.write(value, data);
        int bytes = utf8Length(data);
        if (bytes > MOST_BYTES)
            throw new IllegalArgumentException(value + " takes " + bytes + " bytes as callback data, of " + MOST_BYTES
                    + ": keep an id in it and the rest in a session");
        return data.toString();
    }

    static int utf8Length(CharSequence data) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(data))
                    .remaining();
        } catch (CharacterCodingException halfOfAPair) {
            throw new IllegalArgumentException("not Unicode: " + data, halfOfAPair);
        }
    }

    /** Reads the data of a button, which may come from any version of any program. */
    public Reading<T> read(String data) {
        if (!data.startsWith(name)) return new Reading.Other<>();
        var rest = data.substring(name.length());
        if (!rest.startsWith(".")) return new Reading.Other<>();
        int colon = data.indexOf(':');
        var form = colon < 0 ? data : data.substring(0, colon);
        if (!form.equals(prefix)) {
            var owner = OWNERS.get(form);
            return owner != null && !owner.equals(type.getName())
                    ? new Reading.Other<>()
                    : new Reading.Outdated<>(data, type.getSimpleName() + " has changed since");
        }
        try {
            return new Reading.Value<>(fields.read(type, data.substring(prefix.length())));
        } catch (IllegalArgumentException | DateTimeException damaged) {
            return new Reading.Outdated<>(data, type.getSimpleName() + ": " + damaged.getMessage());
        }
    }

    /** What is read, or null if it is anything else; what is outdated is logged, once for each version. */
    @Nullable
    T valueOrNull(String data) {
        return switch (read(data)) {
            case Reading.Value<T> it -> it.value();
            case Reading.Outdated<T> old -> {
                var version = data.substring(0, Math.min(data.length(), prefix.length()));
                if (told.size() < MOST_TOLD && told.add(version))
                    log.warn("a button was pressed that this program cannot read: {} ({})", data, old.reason());
                yield null;
            }
            case Reading.Other<T> other -> null;
        };
    }

    @Override
    public String toString() {
        return "CallbackType[" + prefix + "]";
    }
}
