package io.botmesh.bot;

import io.botmesh.botapi.MessageEntity;
import io.botmesh.botapi.User;
import java.util.ArrayDeque;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/** Writes entities as tags. Entities that cross are closed and opened again, for tags must nest. */
final class HtmlWriter {
    /** An open entity and what closes it. */
    private record Open(MessageEntity entity, String end) {
        long endsAt() {
            return entity.offset() + entity.length();
        }
    }

    private final Rich rich;
    private final StringBuilder html = new StringBuilder();
    private final ArrayDeque<Open> open = new ArrayDeque<>();

    HtmlWriter(Rich rich) {
        this.rich = rich;
    }

    String write() {
        var text = rich.text();
        int next = 0;
        for (int at = 0; at <= text.length(); at++) {
            closeAt(at);
            while (next < rich.entities().size() && rich.entities().get(next).offset() == at)
                open(rich.entities().get(next++));
            if (at < text.length()) Html.append(html, text.charAt(at));
        }
        return html.toString();
    }

    private void closeAt(int at) {
        long ending = open.stream().filter(entity -> entity.endsAt() <= at).count();
        var again = new ArrayList<MessageEntity>();
        while (ending > 0) {
            var innermost = open.pop();
            html.append(innermost.end);
            if (innermost.endsAt() <= at) ending--;
            else again.addFirst(innermost.entity);
        }
        again.forEach(this::open);
    }

    private void open(MessageEntity entity) {
        switch (entity.type().value()) {
            case "bold" -> open(entity, "<b>", "</b>");
            case "italic" -> open(entity, "<i>", "</i>");
            case "underline" -> open(entity, "<u>", "</u>");
            case "strikethrough" -> open(entity, "<s>", "</s>");
            case "spoiler" -> open(entity, "<tg-spoiler>", "</tg-spoiler>");
            case "blockquote" -> open(entity, "<blockquote>", "</blockquote>");
            case "expandable_blockquote" -> open(entity, "<blockquote expandable>", "</blockquote>");
            case "code" -> open(entity, "<code>", "</code>");
            case "pre" -> pre(entity, entity.language());
            case "text_link" -> open(entity, "<a href=\"" + attribute(entity.url()) + "\">", "</a>");
            case "text_mention" -> mention(entity, entity.user());
            case "custom_emoji" ->
                open(entity, "<tg-emoji emoji-id=\"" + attribute(entity.customEmojiId()) + "\">", "</tg-emoji>");
            case "date_time" -> moment(entity);
            default -> open(entity, "", ""); // the server finds it in the text
        }
    }

    private void pre(MessageEntity entity, @Nullable String language) {
        if (language == null || language.isEmpty()) open(entity, "<pre>", "</pre>");
        else open(entity, "<pre><code class=\"language-" + attribute(language) + "\">", "</code></pre>");
    }

    private void mention(MessageEntity entity, @Nullable User user) {
        if (user != null) open(entity, "<a href=\"tg://user?id=" + user.id() + "\">", "</a>");
        else open(entity, "", "");
    }

    private void moment(MessageEntity entity) {
        var format = entity.dateTimeFormat();
        open(
                entity,
                "<tg-time unix=\"" + entity.unixTime() + "\""
                        + (format == null ? "" : " format=\"" + attribute(format) + "\"") + ">",
                "</tg-time>");
    }

    private void open(MessageEntity entity, String begin, String end) {
        html.append(begin);
        open.push(new Open(entity, end));
    }

    private static String attribute(@Nullable String value) {
        return value == null ? "" : Html.escape(value);
    }
}
