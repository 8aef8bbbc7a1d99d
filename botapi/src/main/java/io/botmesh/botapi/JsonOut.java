package io.botmesh.botapi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.util.ByteArrayBuilder;

/**
 * Writes generated types as JSON bytes. Files to upload are taken out: one that is a parameter itself becomes a part of
 * that name, one inside an object a part that {@code attach://} points to.
 */
final class JsonOut {
    /** A file that goes beside the JSON, under the name of its part. */
    record Part(String name, InputFile.Upload file) {}

    private final ByteArrayBuilder buffer = new ByteArrayBuilder();
    private final JsonGenerator generator = JsonIn.FACTORY.createGenerator(ObjectWriteContext.empty(), buffer);
    private final List<Part> parts = new ArrayList<>();
    private final boolean describing;

    private JsonOut(boolean describing) {
        this.describing = describing;
    }

    JsonOut() {
        this(false);
    }

    byte[] bytes() {
        generator.close();
        return buffer.toByteArray();
    }

    List<Part> parts() {
        return parts;
    }

    static String describe(String name, Consumer<JsonOut> value) {
        var out = new JsonOut(true);
        value.accept(out);
        return name + new String(out.bytes(), StandardCharsets.UTF_8);
    }

    void beginObject() {
        generator.writeStartObject();
    }

    void endObject() {
        generator.writeEndObject();
    }

    void name(String name) {
        generator.writeName(name);
    }

    <T> void array(List<T> list, BiConsumer<JsonOut, T> element) {
        generator.writeStartArray();
        for (T value : list) element.accept(this, value);
        generator.writeEndArray();
    }

    void whole(long value) {
        generator.writeNumber(value);
    }

    void decimal(double value) {
        if (!Double.isFinite(value)) throw new IllegalArgumentException("JSON has no number " + value);
        generator.writeNumber(value);
    }

    void flag(boolean value) {
        generator.writeBoolean(value);
    }

    void text(String value) {
        generator.writeString(value);
    }

    void secret(@Nullable String value) {
        generator.writeString(describing ? "***" : value);
    }

    void chatId(ChatId value) {
        switch (value) {
            case ChatId.Id number -> generator.writeNumber(number.id());
            case ChatId.Username username -> generator.writeString(username.username());
        }
    }

    void file(String name, InputFile file) {
        if (file instanceof InputFile.Reference reference) {
            generator.writeName(name);
            generator.writeString(reference.value());
        } else if (file instanceof InputFile.Upload upload) {
            if (describing) {
                generator.writeName(name);
                generator.writeString(upload.toString());
            } else if (generator.streamWriteContext().getNestingDepth() == 1) {
                parts.add(new Part(name, upload));
            } else {
                String part = "file" + parts.size();
                parts.add(new Part(part, upload));
                generator.writeName(name);
                generator.writeString("attach://" + part);
            }
        }
    }

    void raw(RawJson value) {
        generator.writeRawValue(value.text());
    }
}
