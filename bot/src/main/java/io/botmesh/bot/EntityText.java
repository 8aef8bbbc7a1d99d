package io.botmesh.bot;

import io.botmesh.botapi.Message;
import io.botmesh.botapi.MessageEntity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a message's text or caption that has a meaning or a style.
 *
 * @param entity what it is
 * @param text   the part itself
 */
public record EntityText(MessageEntity entity, String text) {
    /** Those of the text, or of the caption. */
    static List<EntityText> in(Message message) {
        return message.text() == null
                ? cut(message.caption(), message.captionEntities())
                : cut(message.text(), message.entities());
    }

    private static List<EntityText> cut(@Nullable String text, @Nullable List<MessageEntity> entities) {
        if (text == null || entities == null) return List.of();
        List<EntityText> parts = new ArrayList<>(entities.size());
        for (MessageEntity entity : entities) {
            int begin = Math.clamp(entity.offset(), 0, text.length());
            int end = Math.clamp(entity.offset() + entity.length(), begin, text.length());
            parts.add(new EntityText(entity, text.substring(begin, end)));
        }
        return List.copyOf(parts);
    }
}
