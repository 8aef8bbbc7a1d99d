package io.botmesh.botapi;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Random values of the generated types, the same again for the same seed. */
final class Samples {
    private static final String[] TEXTS = {
        "",
        "a",
        "true",
        "null",
        "ünïcödé ✓",
        "\uD83D\uDE00",
        "quote \" back \\ slash / ctl \u0001\n\r\t\u007f",
        "{\"x\":[1]}"
    };
    private static final long[] NUMBERS = {
        0, 1, -1, 4096, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, -1001234567890L
    };

    private final SplittableRandom random;

    Samples(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A record of this class, its optional components present or not by chance. */
    <T> T record(Class<T> type) {
        return type.cast(instance(type, 0));
    }

    private Object instance(Class<?> type, int depth) {
        RecordComponent[] components = type.getRecordComponents();
        var arguments = new ArrayList<@Nullable Object>();
        for (RecordComponent component : components) {
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            boolean absent = nullable && (depth > 3 || random.nextInt(depth + 2) > 0);
            // A message and one that is no longer accessible are told apart by this alone.
            if (component.getName().equals("date") && MaybeInaccessibleMessage.class.isAssignableFrom(type))
                arguments.add(type == Message.class ? 1_700_000_000L : 0L);
            else arguments.add(absent ? null : value(component.getGenericType(), depth + 1));
        }
        try {
            var constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            constructor.setAccessible(true);
            return constructor.newInstance(arguments.toArray());
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(type + " cannot be made from " + arguments, e);
        }
    }

    private Object value(Type type, int depth) {
        if (type instanceof ParameterizedType list) {
            List<Object> values = new ArrayList<>();
            for (int n = depth > 4 ? 0 : random.nextInt(3); n > 0; n--)
                values.add(value(list.getActualTypeArguments()[0], depth + 1));
            return values;
        }
        Class<?> raw = (Class<?>) type;
        if (raw == long.class || raw == Long.class) return NUMBERS[random.nextInt(NUMBERS.length)];
        if (raw == double.class || raw == Double.class) return random.nextDouble(-180, 180);
        if (raw == boolean.class || raw == Boolean.class) return random.nextBoolean();
        if (raw == String.class) return TEXTS[random.nextInt(TEXTS.length)];
        if (raw == ChatId.class) return random.nextBoolean() ? ChatId.of(-5) : ChatId.of("@channel");
        if (raw == InputFile.class) return InputFile.reference("file-id");
        if (raw == RawJson.class) return new RawJson("{\"brand_new\":[1,{\"a\":\"}\"}]}");
        if (raw.isSealed()) {
            Class<?>[] members = Objects.requireNonNull(raw.getPermittedSubclasses());
            // Deep down only leaves that end the recursion.
            if (depth > 6) return instance(unknown(members), depth);
            return instance(members[random.nextInt(members.length)], depth);
        }
        return instance(raw, depth);
    }

    private static Class<?> unknown(Class<?>[] members) {
        for (Class<?> member : members) if (member.getSimpleName().equals("Unknown")) return member;
        throw new AssertionError("no Unknown among " + List.of(members));
    }
}
