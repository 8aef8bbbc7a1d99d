package io.botmesh.emulatorjunit;

import io.botmesh.world.Happening;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one person has read, and what there is to read. */
final class Reading {
    private static final JsonMapper JSON = new JsonMapper();

    private final Telegram telegram;
    private final TestPerson person;
    private final Map<Recipient, Integer> repliesRead = new ConcurrentHashMap<>();
    private final Map<Recipient, Integer> editsRead = new ConcurrentHashMap<>();

    Reading(Telegram telegram, TestPerson person) {
        this.telegram = telegram;
        this.person = person;
    }

    MessageView nextReply(Recipient where, Predicate<MessageView> wanted) {
        return next(where, repliesRead, Happening.Posted.class, wanted, "a reply");
    }

    MessageView nextEdit(Recipient where, Predicate<MessageView> wanted) {
        return next(where, editsRead, Happening.Edited.class, wanted, "an edit");
    }

    List<MessageView> nextAlbum(Recipient where) {
        var first = nextReply(where, message -> message.albumId().isPresent());
        // An album comes as a whole, so the rest is there.
        var album = new ArrayList<>(List.of(first));
        var happenings = telegram.happenings();
        for (int next = read(repliesRead, where); next < happenings.size(); next++) {
            if (!(happenings.get(next) instanceof Happening.Posted posted)) continue;
            if (!posted.place().equals(first.place())) continue;
            var view = MessageView.of(telegram.world(), posted);
            if (!view.albumId().equals(first.albumId())) break;
            album.add(view);
            repliesRead.put(where, next + 1);
        }
        return album;
    }

    /** What stands in a chat now, oldest first. */
    List<MessageView> present(Recipient where) {
        var place = place(where);
        var there = new HashSet<Integer>();
        for (var message : transcript(where.id())) {
            there.add(message.path("message_id").intValue());
        }
        return visible(telegram.happenings()).stream()
                .filter(view -> view.place().equals(place) && there.contains(view.id()) && isIn(where, view))
                .toList();
    }

    /** The poll in a message as it stands now; votes are no edits. */
    PollView poll(MessageView message) {
        for (var json : transcript(message.place().chatId())) {
            if (json.path("message_id").intValue() != message.id()) continue;
            var poll = json.get("poll");
            if (poll != null) return PollView.of(poll);
        }
        throw new IllegalArgumentException("no poll: " + message);
    }

    private JsonNode transcript(long chatId) {
        return JSON.readTree(telegram.world().people().transcriptJson(person.id(), chatId));
    }

    /** Messages of chats with this person and of groups and channels, the one that was touched last at the end. */
    List<MessageView> visible(List<Happening> happenings) {
        record Key(Happening.Place place, int messageId) {}
        var latest = new LinkedHashMap<Key, Happening>();
        for (var happening : happenings) {
            switch (happening) {
                case Happening.Posted posted -> latest.put(new Key(posted.place(), posted.messageId()), posted);
                case Happening.Edited edited -> latest.replace(new Key(edited.place(), edited.messageId()), edited);
                case Happening.Deleted deleted -> latest.remove(new Key(deleted.place(), deleted.messageId()));
                default -> {}
            }
        }
        var views = new ArrayList<MessageView>();
        for (var entry : latest.entrySet()) {
            var place = entry.getKey().place();
            if (place.isPrivate() && place.personId() != person.id()) continue;
            var view = MessageView.of(telegram.world(), entry.getValue());
            if (view != null) views.add(view);
        }
        return views;
    }

    MessageView message(long chatId, int messageId) {
        return message(new Happening.Place(chatId, chatId > 0 ? person.id() : 0), messageId);
    }

    MessageView message(Happening.Place place, int messageId) {
        boolean isSomebodyElses = place.isPrivate() && place.personId() != person.id();
        // Mostly it is the last one, and there may be very many.
        for (var happening :
                isSomebodyElses ? List.<Happening>of() : telegram.happenings().reversed()) {
            if (!isAbout(happening, place, messageId)) continue;
            var view = happening instanceof Happening.Deleted ? null : MessageView.of(telegram.world(), happening);
            if (view != null) return view;
            break;
        }
        throw new IllegalStateException("message " + messageId + " is gone");
    }

    private static boolean isAbout(Happening happening, Happening.Place place, int messageId) {
        return switch (happening) {
            case Happening.Posted posted ->
                posted.messageId() == messageId && posted.place().equals(place);
            case Happening.Edited edited ->
                edited.messageId() == messageId && edited.place().equals(place);
            case Happening.Deleted deleted ->
                deleted.messageId() == messageId && deleted.place().equals(place);
            default -> false;
        };
    }

    private <H extends Happening> MessageView next(
            Recipient where, Map<Recipient, Integer> read, Class<H> kind, Predicate<MessageView> wanted, String what) {
        var place = place(where);
        return telegram.await(
                happenings -> {
                    for (int next = read(read, where); next < happenings.size(); next++) {
                        var happening = happenings.get(next);
                        if (!kind.isInstance(happening) || !isByBot(happening, place)) continue;
                        var view = MessageView.of(telegram.world(), happening);
                        if (view == null || !isIn(where, view) || !wanted.test(view)) continue;
                        read.put(where, next + 1);
                        return view;
                    }
                    return null;
                },
                () -> person + " waits for " + what + " in the chat with " + where);
    }

    private static int read(Map<Recipient, Integer> read, Recipient where) {
        return read.getOrDefault(where, 0);
    }

    private static boolean isByBot(Happening happening, Happening.Place place) {
        return switch (happening) {
            case Happening.Posted posted ->
                posted.place().equals(place) && posted.author().isBot() && !posted.isService();
            case Happening.Edited edited ->
                edited.place().equals(place) && edited.author().isBot();
            default -> false;
        };
    }

    /** Everything is in a chat, but only some of it in one of its topics. */
    private static boolean isIn(Recipient where, MessageView view) {
        return !(where instanceof TestTopic topic) || view.topic().equals(Optional.of(topic.threadId()));
    }

    private Happening.Place place(Recipient where) {
        return new Happening.Place(where.id(), where instanceof TestBot ? person.id() : 0);
    }
}
