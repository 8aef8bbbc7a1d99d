package io.botmesh.emulatorjunit;

import io.botmesh.world.CallFilter;
import io.botmesh.world.Happening;
import io.botmesh.world.Reply;
import io.botmesh.world.World;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes down what happened, chat by chat, for somebody who wants to know why a test failed. */
final class Transcript {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_CALLS = 15;
    private static final int MOST_CHARACTERS = 60;

    private final World world;
    private final Map<Long, String> names = new HashMap<>();
    private final Map<Happening.Place, List<String>> chats = new LinkedHashMap<>();
    private final Map<Happening.Place, Map<Integer, MessageView>> messages = new HashMap<>();
    private final Map<String, Happening.Pressed> pressed = new HashMap<>();

    private Transcript(World world) {
        this.world = world;
        var state = JSON.readTree(world.stateJson(false));
        for (var bot : state.path("bots")) {
            names.put(bot.path("id").longValue(), "@" + bot.path("username").stringValue(""));
        }
        for (var user : state.path("users")) {
            names.put(user.path("id").longValue(), user.path("first_name").stringValue(""));
        }
        for (var chat : state.path("chats")) {
            names.put(
                    chat.path("id").longValue(),
                    chat.path("type").stringValue("") + " " + chat.path("title").stringValue(""));
        }
    }

    /** The first ones are known, but not written. */
    static String write(World world, List<Happening> happenings, Telegram.Mark since) {
        var transcript = new Transcript(world);
        for (int i = 0; i < happenings.size(); i++) {
            if (i == since.happenings()) transcript.chats.clear();
            transcript.add(happenings.get(i));
        }
        if (since.happenings() >= happenings.size()) transcript.chats.clear();
        return transcript.text() + transcript.calls(since.call());
    }

    private void add(Happening happening) {
        switch (happening) {
            case Happening.Posted posted -> {
                var view = MessageView.of(world, posted);
                remember(view);
                var answered = view.replyTo().map(id -> " (to " + id + ")").orElse("");
                line(posted, posted.place(), posted.author().name(), posted.messageId(), answered + ": " + view);
            }
            case Happening.Edited edited -> {
                var view = MessageView.of(world, edited);
                remember(view);
                line(edited, edited.place(), edited.author().name(), edited.messageId(), " is now: " + view);
            }
            case Happening.Deleted deleted -> line(deleted, deleted.place(), "", deleted.messageId(), " is deleted");
            case Happening.Pressed press -> {
                pressed.put(press.queryId(), press);
                line(
                        press,
                        press.place(),
                        name(press.personId()),
                        press.messageId(),
                        " presses [" + label(press) + "]");
            }
            case Happening.Answered answered -> {
                var press = pressed.get(answered.queryId());
                if (press == null) return;
                var said = answered.text().isEmpty() ? "" : ": " + answered.text();
                line(answered, press.place(), name(answered.botId()), press.messageId(), " answers the press" + said);
            }
            default -> {}
        }
    }

    private void remember(MessageView view) {
        messages.computeIfAbsent(view.place(), any -> new HashMap<>()).put(view.id(), view);
    }

    private String label(Happening.Pressed press) {
        var message = messages.getOrDefault(press.place(), Map.of()).get(press.messageId());
        return message == null ? press.data() : message.labelOf(press.data());
    }

    private void line(Happening happening, Happening.Place place, String who, int messageId, String what) {
        chats.computeIfAbsent(place, any -> new ArrayList<>())
                .add("  " + TIME.format(happening.at()) + "  #" + messageId + (who.isEmpty() ? "" : " " + who)
                        + what.replace("\n", "\n             "));
    }

    private String text() {
        var text = new StringBuilder();
        if (chats.isEmpty()) text.append("Nothing happened in any chat.\n");
        chats.forEach((place, lines) -> {
            text.append(title(place)).append('\n');
            for (var line : lines) text.append(line).append('\n');
        });
        return text.toString();
    }

    /** The last calls but polls that went well. */
    private String calls(long after) {
        var calls = world.calls().list(CallFilter.all().withAfter(after)).stream()
                .filter(call -> !call.isOk() || !call.method().equals("getUpdates"))
                .toList();
        if (calls.isEmpty()) return "";
        var text = new StringBuilder("last calls\n");
        for (var call : calls.subList(Math.max(0, calls.size() - MOST_CALLS), calls.size())) {
            text.append("  " + TIME.format(call.at()) + "  " + name(call.botId()) + ' ' + call.method());
            call.arguments().forEach((name, value) -> text.append(' ' + name + '=' + cut(value)));
            text.append(" -> " + end(call.reply()) + '\n');
        }
        return text.toString();
    }

    private static String end(@Nullable Reply reply) {
        return switch (reply) {
            case null -> "not answered yet";
            case Reply.Ok ok -> "ok";
            case Reply.Failure failure -> failure.code() + " " + failure.description();
            default -> cut(reply.toString());
        };
    }

    private static String cut(String value) {
        var line = value.replace('\n', ' ');
        return line.length() <= MOST_CHARACTERS ? line : line.substring(0, MOST_CHARACTERS) + "…";
    }

    private String title(Happening.Place place) {
        return place.isPrivate()
                ? "private chat of " + name(place.personId()) + " and " + name(place.chatId())
                : name(place.chatId());
    }

    private String name(long id) {
        @Nullable String name = names.get(id);
        return name == null ? String.valueOf(id) : name;
    }
}
