package io.botmesh.bot;

import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The components of a record as short texts with colons between. */
final class CallbackFields {
    private static final String DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private static final String NULL_TEXT = "\\0";

    /** One component: a record again, or something short. */
    private record Field(
            Method accessor, Class<?> type, @Nullable CallbackFields nested) {}

    private final Constructor<?> constructor;
    private final List<Field> fields;

    private CallbackFields(Constructor<?> constructor, List<Field> fields) {
        this.constructor = constructor;
        this.fields = fields;
    }

    static CallbackFields of(Class<?> type) {
        return of(type, new ArrayDeque<>());
    }

    /** @param around what it is a component of, the innermost first */
    private static CallbackFields of(Class<?> type, Deque<Class<?>> around) {
        if (around.contains(type))
            throw new IllegalArgumentException(type.getName() + " cannot be callback data: it contains itself");
        around.push(type);
        var components = type.getRecordComponents();
        var fields = new ArrayList<Field>();
        for (var component : components) {
            var nested = component.getType().isRecord() ? of(component.getType(), around) : null;
            if (nested == null && !isKnown(component.getType()))
                throw new IllegalArgumentException(
                        type.getName() + " cannot be callback data: no place for " + component.getName() + " of type "
                                + component.getType().getSimpleName());
            fields.add(new Field(component.getAccessor(), component.getType(), nested));
        }
        around.pop();
        var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            for (var field : fields) field.accessor.setAccessible(true);
            return new CallbackFields(constructor, fields);
        } catch (InaccessibleObjectException closed) {
            throw new IllegalArgumentException(
                    type.getName() + " is out of reach: open its package to io.botmesh.bot in module-info.java",
                    closed);
        } catch (NoSuchMethodException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    private static boolean isKnown(Class<?> type) {
        return (type.isPrimitive() && type != float.class && type != double.class)
                || type.isEnum()
                || List.of(
                                String.class,
                                Long.class,
                                Integer.class,
                                Short.class,
                                Byte.class,
                                Boolean.class,
                                Character.class)
                        .contains(type)
                || type == UUID.class
                || type == LocalDate.class;
    }

    /** Equal only for records that read each other's data. */
    String shape() {
        var shape = new StringBuilder("(");
        for (var field : fields) {
            shape.append(field.accessor.getName()).append(' ');
            if (field.nested != null) shape.append(field.nested.shape());
            else shape.append(field.type.getSimpleName());
            // They are written as numbers.
            if (field.type.isEnum()) shape.append(Arrays.toString(names(field.type)));
            shape.append(',');
        }
        return shape.append(')').toString();
    }

    private static Object[] names(Class<?> type) {
        return Arrays.stream(type.getEnumConstants())
                .map(one -> ((Enum<?>) one).name())
                .toArray();
    }

    /** Fewest bytes that a value takes. */
    int leastBytes() {
        int least = 0;
        for (var field : fields) {
            if (field.nested != null) least += field.nested.leastBytes();
            else least += field.type.isPrimitive() ? 2 : 1;
        }
        return least;
    }

    void write(Object value, StringBuilder data) {
        for (var field : fields) {
            var component = component(value, field.accessor);
            if (field.nested == null) {
                data.append(':');
                write(field.type, component, data);
            } else if (component == null) {
                throw new IllegalArgumentException(field.accessor.getName() + " is null in " + value);
            } else {
                field.nested.write(component, data);
            }
        }
    }

    private static @Nullable Object component(Object value, Method accessor) {
        try {
            return accessor.invoke(value);
        } catch (IllegalAccessException impossible) {
            throw new IllegalStateException(impossible);
        } catch (InvocationTargetException own) {
            throw new IllegalArgumentException(accessor + " failed", own.getCause());
        }
    }

    private static void write(Class<?> type, @Nullable Object value, StringBuilder data) {
        switch (value) {
            case null -> data.append(type == String.class ? NULL_TEXT : "");
            case String text -> data.append(text.replace("\\", "\\\\").replace(":", "\\:"));
            case Boolean flag -> data.append(flag ? '1' : '0');
            case Character character -> number(character, data);
            case Enum<?> constant ->
                number(List.of(type.getEnumConstants()).indexOf(constant), data); // shape() has them
            case LocalDate date -> number(date.toEpochDay(), data);
            case UUID id -> {
                number(id.getMostSignificantBits(), data);
                data.append('.');
                number(id.getLeastSignificantBits(), data);
            }
            default -> number(((Number) value).longValue(), data);
        }
    }

    /** Small ones short, of either sign: zigzag, then digits of six bits, the lowest first. */
    private static void number(long value, StringBuilder data) {
        long rest = value << 1 ^ value >> 63;
        do {
            data.append(digit((int) rest));
            rest >>>= 6;
        } while (rest != 0);
    }

    static char digit(int sixBits) {
        return DIGITS.charAt(sixBits & 63);
    }

    /** @param data empty, or beginning with a colon */
    <T> T read(Class<T> type, String data) {
        var texts = apart(data).iterator();
        var value = type.cast(read(texts));
        if (texts.hasNext()) throw new IllegalArgumentException("more fields than it has");
        return value;
    }

    private static List<String> apart(String data) {
        var texts = new ArrayList<String>();
        var text = new StringBuilder();
        for (int i = 1; i < data.length(); i++) {
            char c = data.charAt(i);
            if (c == ':') {
                texts.add(text.toString());
                text.setLength(0);
            } else {
                text.append(c);
                if (c == '\\' && ++i < data.length()) text.append(data.charAt(i));
            }
        }
        if (!data.isEmpty()) texts.add(text.toString());
        return texts;
    }

    private Object read(Iterator<String> texts) {
        @Nullable Object[] values = new @Nullable Object[fields.size()];
        for (int i = 0; i < values.length; i++) {
            var field = fields.get(i);
            if (field.nested != null) values[i] = field.nested.read(texts);
            else if (texts.hasNext()) values[i] = parse(field.type, texts.next());
            else throw new IllegalArgumentException("fewer fields than it has");
        }
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException refused) {
            throw new IllegalArgumentException(String.valueOf(refused.getCause()), refused);
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static @Nullable Object parse(Class<?> type, String text) {
        if (type == String.class) return text.equals(NULL_TEXT) ? null : unescaped(text);
        if (text.isEmpty() && !type.isPrimitive()) return null;
        if (type == boolean.class || type == Boolean.class) return flag(text);
        if (type == UUID.class) {
            int dot = text.indexOf('.');
            return new UUID(number(text.substring(0, Math.max(dot, 0))), number(text.substring(dot + 1)));
        }
        long number = number(text);
        if (type == long.class || type == Long.class) return number;
        if (type == LocalDate.class) return LocalDate.ofEpochDay(number);
        if (type.isEnum()) return constant(type, number);
        if (number == (int) number && (type == int.class || type == Integer.class)) return (int) number;
        if (number == (short) number && (type == short.class || type == Short.class)) return (short) number;
        if (number == (byte) number && (type == byte.class || type == Byte.class)) return (byte) number;
        if (number == (char) number && (type == char.class || type == Character.class)) return (char) number;
        throw new IllegalArgumentException(number + " is too large");
    }

    private static Object constant(Class<?> type, long ordinal) {
        var constants = type.getEnumConstants();
        if (ordinal < 0 || ordinal >= constants.length) throw new IllegalArgumentException("no constant " + ordinal);
        return constants[(int) ordinal];
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "1" -> true;
            case "0" -> false;
            default -> throw new IllegalArgumentException("neither true nor false: " + text);
        };
    }

    private static long number(String text) {
        var bits = BigInteger.ZERO;
        if (text.isEmpty() || text.length() > 11) throw new IllegalArgumentException("no number: " + text);
        for (int i = text.length() - 1; i >= 0; i--) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0) throw new IllegalArgumentException("no number: " + text);
            bits = bits.shiftLeft(6).or(BigInteger.valueOf(digit));
        }
        if (bits.bitLength() > Long.SIZE) throw new IllegalArgumentException("no number: " + text);
        long zigzag = bits.longValue();
        return zigzag >>> 1 ^ -(zigzag & 1);
    }

    private static String unescaped(String text) {
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && ++i == text.length()) throw new IllegalArgumentException("cut: " + text);
            plain.append(text.charAt(i));
        }
        return plain.toString();
    }
}
