package io.botmesh.emulatorjunit;

import io.botmesh.world.Buttons;
import io.botmesh.world.CallbackAnswer;
import io.botmesh.world.Happening;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A person with a Telegram client. What the person does is done when the method returns; what bots do is waited for, at
 * most as long as {@link Telegram#withPatience} says, and then the test fails with the transcript.
 *
 * <p>Each person reads the messages of a chat once and in order: {@link #awaitReply(Recipient)} gives the first that this
 * person has not read, so nothing a bot says gets lost between two calls.
 */
public final class TestPerson {
    private static final JsonMapper JSON = new JsonMapper();

    private final Telegram telegram;
    private final Person person;
    private final Map<Recipient, Integer> repliesRead = new ConcurrentHashMap<>();
    private final Map<Recipient, Integer> editsRead = new ConcurrentHashMap<>();
    private volatile @Nullable String lastQuery;

    TestPerson(Telegram telegram, Person person) {
        this.telegram = telegram;
        this.person = person;
    }

    public long id() {
        return person.id();
    }

    public String firstName() {
        return person.firstName();
    }

    /** Opens a bot's chat and presses START: the bot gets {@code /start}. */
    public MessageView opens(TestBot bot) {
        return says(bot, "/start");
    }

    /** Follows a link {@code t.me/<bot>?start=<payload>} and presses START. */
    public MessageView opens(TestBot bot, String payload) {
        return says(bot, "/start " + payload);
    }

    /** Writes a text. */
    public MessageView says(Recipient where, String text) {
        return sent(where, Outgoing.text(text));
    }

    /** Answers a message. */
    public MessageView replies(MessageView message, String text) {
        return sent(message.place().chatId(), Outgoing.text(text).withReplyTo(message.id()));
    }

    /** Sends a file as a document. */
    public MessageView sends(Recipient where, String fileName, byte[] content) {
        return sent(where, Outgoing.document(fileName, "", telegram.emulator().keep(content), null));
    }

    /** Sends a file as a document, with a caption. */
    public MessageView sends(Recipient where, String fileName, byte[] content, String caption) {
        return sent(where, Outgoing.document(fileName, "", telegram.emulator().keep(content), caption));
    }

    /** Changes the text of a message that this person wrote. */
    public MessageView edits(MessageView message, String text) {
        telegram.world().people().edit(id(), message.place().chatId(), message.id(), text);
        return message(message.place(), message.id());
    }

    /**
     * Presses the button of that label under the newest message that has one, else taps the key of that label in the keyboard
     * of a chat, which sends it as a text. Waits until there is one.
     *
     * @throws IllegalArgumentException if the button does not ask a bot, but opens a link, for example
     */
    public TestPerson presses(String label) {
        Runnable press = telegram.await(
                happenings -> pressing(visible(happenings).reversed(), label),
                () -> this + " looks for a button \"" + label + "\"");
        press.run();
        return this;
    }

    /** Null if there is no such button. */
    private @Nullable Runnable pressing(List<MessageView> newestFirst, String label) {
        for (var view : newestFirst) if (view.button(label) != null) return () -> presses(view, label);
        for (var view : newestFirst) {
            long chatId = view.place().chatId();
            if (keys(chatId).contains(label)) return () -> buttons().tap(id(), chatId, label);
        }
        return null;
    }

    /**
     * Presses a button under that message.
     *
     * @throws IllegalArgumentException if there is none of that label, or it does not ask a bot
     */
    public TestPerson presses(MessageView message, String label) {
        var button = message.button(label);
        if (button == null) throw new IllegalArgumentException("no button \"" + label + "\" under: " + message);
        var asked = button.path("callback_data").stringValue(label);
        lastQuery = buttons().press(id(), message.place().chatId(), message.id(), asked);
        return this;
    }

    /**
     * Presses a button that does something at the person's own side, such as opening a link.
     *
     * @throws IllegalArgumentException if there is none of that label, or it asks a bot
     */
    public Buttons.Effect follows(MessageView message, String label) {
        return buttons().follow(id(), message.place().chatId(), message.id(), label);
    }

    /** The keys that a bot put in place of the person's keyboard, from left to right and from top to bottom. */
    public List<String> keyboard(Recipient where) {
        return keys(where.id());
    }

    private List<String> keys(long chatId) {
        var keys = new ArrayList<String>();
        buttons().keyboard(id(), chatId).ifPresent(json -> {
            for (var row : JSON.readTree(json).path("keyboard")) {
                for (var key : row) {
                    keys.add(
                            key.isString()
                                    ? key.stringValue()
                                    : key.path("text").stringValue(""));
                }
            }
        });
        return keys;
    }

    private Buttons buttons() {
        return telegram.world().people().buttons();
    }

    /** The next message of a bot in that chat. */
    public MessageView awaitReply(Recipient where) {
        return awaitReply(where, any -> true);
    }

    /** The next message of a bot in that chat that is as wanted; those before it are read and passed over. */
    public MessageView awaitReply(Recipient where, Predicate<MessageView> wanted) {
        return awaitNext(where, repliesRead, Happening.Posted.class, wanted, "a reply");
    }

    /** The messages of the next album of a bot in that chat. */
    public List<MessageView> awaitAlbum(Recipient where) {
        var first = awaitReply(where, message -> message.albumId().isPresent());
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

    /** The next edit of a message by a bot in that chat, as the message is then. */
    public MessageView awaitEdit(Recipient where) {
        return awaitEdit(where, any -> true);
    }

    /** The next edit by a bot in that chat that is as wanted; those before it are read and passed over. */
    public MessageView awaitEdit(Recipient where, Predicate<MessageView> wanted) {
        return awaitNext(where, editsRead, Happening.Edited.class, wanted, "an edit");
    }

    /** Waits until a message is deleted. */
    public void awaitDeletion(MessageView message) {
        telegram.await(
                happenings -> happenings.stream()
                                .anyMatch(happening -> happening instanceof Happening.Deleted gone
                                        && gone.place().equals(message.place())
                                        && gone.messageId() == message.id())
                        ? message
                        : null,
                () -> this + " waits until a message is deleted: " + message);
    }

    /** What the bot answers to the button that this person pressed last. */
    public CallbackAnswer awaitCallbackAnswer() {
        var query = lastQuery;
        if (query == null) throw new IllegalStateException(this + " pressed no button");
        return telegram.await(
                happenings -> buttons().answer(query).orElse(null),
                () -> this + " waits for the answer to a pressed button");
    }

    /** What this person finds in a chat at this moment, oldest first. */
    public List<MessageView> sees(Recipient where) {
        var place = place(where);
        var there = new HashSet<Integer>();
        for (var message : JSON.readTree(telegram.world().people().transcriptJson(id(), where.id()))) {
            there.add(message.path("message_id").intValue());
        }
        return visible(telegram.happenings()).stream()
                .filter(view -> view.place().equals(place) && there.contains(view.id()))
                .toList();
    }

    /** Messages of chats with this person and of groups and channels, the one that was touched last at the end. */
    private List<MessageView> visible(List<Happening> happenings) {
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
            if (place.isPrivate() && place.personId() != id()) continue;
            var view = MessageView.of(telegram.world(), entry.getValue());
            if (view != null) views.add(view);
        }
        return views;
    }

    private <H extends Happening> MessageView awaitNext(
            Recipient where, Map<Recipient, Integer> read, Class<H> kind, Predicate<MessageView> wanted, String what) {
        var place = place(where);
        return telegram.await(
                happenings -> {
                    for (int next = read(read, where); next < happenings.size(); next++) {
                        var happening = happenings.get(next);
                        if (!kind.isInstance(happening) || !isByBot(happening, place)) continue;
                        var view = MessageView.of(telegram.world(), happening);
                        if (view == null || !wanted.test(view)) continue;
                        read.put(where, next + 1);
                        return view;
                    }
                    return null;
                },
                () -> this + " waits for " + what + " in the chat with " + where);
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

    private MessageView sent(Recipient where, Outgoing what) {
        return sent(where.id(), what);
    }

    private MessageView sent(long chatId, Outgoing what) {
        var json = JSON.readTree(telegram.world().people().say(id(), chatId, what));
        var place = new Happening.Place(chatId, chatId > 0 ? id() : 0);
        return message(place, json.path("message_id").intValue());
    }

    private MessageView message(Happening.Place place, int messageId) {
        for (var view : visible(telegram.happenings()).reversed()) {
            if (view.id() == messageId && view.place().equals(place)) return view;
        }
        throw new IllegalStateException("message " + messageId + " is gone");
    }

    private Happening.Place place(Recipient where) {
        return new Happening.Place(where.id(), where instanceof TestBot ? id() : 0);
    }

    @Override
    public String toString() {
        return firstName();
    }
}
