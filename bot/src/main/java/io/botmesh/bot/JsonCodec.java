package io.botmesh.bot;

import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sessions as JSON, by Jackson: records above all, of texts, numbers, enums, lists, maps, times and other records. What is
 * missing in the JSON is null or 0, what the type does not know is passed over. The package of the type must be open to
 * {@code tools.jackson.databind} if it is in a named module.
 */
public final class JsonCodec<T> implements SessionCodec<T> {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS) // equal maps, equal bytes
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private final ObjectReader reader;
    private final ObjectWriter writer;

    private JsonCodec(Class<T> type, ObjectMapper mapper) {
        reader = mapper.readerFor(type);
        writer = mapper.writerFor(type);
    }

    public static <T> JsonCodec<T> of(Class<T> type) {
        return of(type, MAPPER);
    }

    /** With a mapper of one's own. */
    public static <T> JsonCodec<T> of(Class<T> type, ObjectMapper mapper) {
        return new JsonCodec<>(type, mapper);
    }

    @Override
    public byte[] encode(T session) {
        return writer.writeValueAsBytes(session);
    }

    @Override
    public T decode(byte[] bytes) {
        return reader.readValue(bytes);
    }
}
