package io.botmesh.emulatorjunit;

import io.botmesh.world.Buttons;
import io.botmesh.world.CallbackAnswer;
import io.botmesh.world.Happening;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import io.botmesh.world.Upload;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import tools.jackson.databind.json.JsonMapper;

/**
 * A person with a Telegram client. What the person does is done when the method returns; what bots do is waited for, at
 * most as long as {@link Telegram#withPatience} says, and then the test fails with the transcript.
 *
 * <p>Each person reads the messages of a chat once and in order: {@link #awaitReply(Recipient)} gives the first that this
 * person has not read, so nothing a bot says gets lost between two calls.
 *
 * <p>What cannot be done, such as writing to a group that one is not in, throws {@link IllegalArgumentException}.
 */
public final class TestPerson {
    private static final JsonMapper JSON = new JsonMapper();

    private final Telegram telegram;
    private final Person person;
    private final Reading reading;
    private final Pressing pressing;

    TestPerson(Telegram telegram, Person person) {
        this.telegram = telegram;
        this.person = person;
        reading = new Reading(telegram, this);
        pressing = new Pressing(telegram, this, reading);
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
        return sends(where, Outgoing.text(text));
    }

    /** Answers a message. */
    public MessageView replies(MessageView message, String text) {
        return answers(message, Outgoing.text(text).withReplyTo(message.id()));
    }

    /**
     * Answers a part of a message.
     *
     * @param part what the message says somewhere
     */
    public MessageView quotes(MessageView message, String part, String text) {
        return answers(message, Outgoing.text(text).withReplyTo(message.id()).withQuote(part));
    }

    /** Sends a file as a document. */
    public MessageView sends(Recipient where, String fileName, byte[] content) {
        return sends(where, TestFile.document(fileName, content));
    }

    /** Sends a file as a document, with a caption. */
    public MessageView sends(Recipient where, String fileName, byte[] content, String caption) {
        return sends(where, TestFile.document(fileName, content).withCaption(caption));
    }

    /** Sends a photo, a video, a voice message or any other file. */
    public MessageView sends(Recipient where, TestFile file) {
        return sends(where, outgoing(file));
    }

    /** Sends anything that people can send. */
    public MessageView sends(Recipient where, Outgoing what) {
        var whole = where instanceof TestTopic topic ? what.withThread(topic.threadId()) : what;
        return sent(where.id(), whole);
    }

    /** Sends 2 to 10 files as one. */
    public List<MessageView> sendsAlbum(Recipient where, TestFile... files) {
        var album = Arrays.stream(files).map(this::outgoing);
        if (where instanceof TestTopic topic) album = album.map(one -> one.withThread(topic.threadId()));
        var json = JSON.readTree(telegram.world().people().sayAlbum(id(), where.id(), album.toList()));
        return StreamSupport.stream(json.spliterator(), false)
                .map(message ->
                        reading.message(where.id(), message.path("message_id").intValue()))
                .toList();
    }

    private Outgoing outgoing(TestFile file) {
        var content = telegram.emulator().keep(file.content());
        return Outgoing.file(file.kind(), new Upload(file.kind().wireName(), file.name(), "", content), file.caption());
    }

    /** Sends a place, in degrees north and east. */
    public MessageView sendsLocation(Recipient where, double latitude, double longitude) {
        return sends(where, Outgoing.location(latitude, longitude));
    }

    /** Sends somebody's number. */
    public MessageView sendsContact(Recipient where, String phoneNumber, String firstName) {
        return sends(where, Outgoing.of(new Outgoing.Item.Contact(phoneNumber, firstName, "", 0)));
    }

    /** Throws dice, darts or what else shows a value by chance, for instance 🎲. */
    public MessageView rolls(Recipient where, String emoji) {
        return sends(where, Outgoing.of(new Outgoing.Item.Dice(emoji)));
    }

    /** Shows a message again elsewhere. */
    public MessageView forwards(MessageView message, Recipient where) {
        return sends(where, Outgoing.forward(message.place().chatId(), message.id()));
    }

    /** Changes the text of a message that this person wrote, or the caption under its file. */
    public MessageView edits(MessageView message, String text) {
        telegram.world().people().edit(id(), message.place().chatId(), message.id(), text);
        return reading.message(message.place(), message.id());
    }

    /**
     * Presses the button of that label under the newest message that has one, else taps the key of that label in the keyboard
     * of a chat, which sends it as a text. Waits until there is one.
     *
     * @throws IllegalArgumentException if the button does not ask a bot, but opens a link, for example
     */
    public TestPerson presses(String label) {
        pressing.press(label);
        return this;
    }

    /**
     * Presses a button under that message.
     *
     * @throws IllegalArgumentException if there is none of that label, or it does not ask a bot
     */
    public TestPerson presses(MessageView message, String label) {
        pressing.press(message, label);
        return this;
    }

    /**
     * Presses a button that does something at the person's own side, such as opening a link.
     *
     * @throws IllegalArgumentException if there is none of that label, or it asks a bot
     */
    public Buttons.Effect follows(MessageView message, String label) {
        return pressing.follow(message, label);
    }

    /** The keys that a bot put in place of the person's keyboard, from left to right and from top to bottom. */
    public List<String> keyboard(Recipient where) {
        return pressing.keys(where.id());
    }

    /**
     * Types a bot's name and a query in any chat.
     *
     * @param bot with {@link TestBot#inline} on
     */
    public TestQuery asks(TestBot bot, Recipient where, String query) {
        return new TestQuery(telegram, this, bot, where, query, "");
    }

    /** Votes in a poll for the answers of those texts, instead of as before; without any takes the vote back. */
    public PollView votes(MessageView poll, String... answers) {
        var seen = seesPoll(poll);
        var options = Arrays.stream(answers).mapToInt(seen::option).toArray();
        telegram.world().people().opinions().vote(id(), poll.place().chatId(), poll.id(), options);
        return seesPoll(poll);
    }

    /** A poll as it stands now. */
    public PollView seesPoll(MessageView poll) {
        return reading.poll(poll);
    }

    /** Reacts to a message with those emoji, instead of as before; without any takes the reaction back. */
    public TestPerson reacts(MessageView message, String... emoji) {
        telegram.world().people().opinions().react(id(), message.place().chatId(), message.id(), emoji);
        return this;
    }

    /** How often each emoji stands under a message, bots' reactions included. */
    public Map<String, Integer> seesReactions(MessageView message) {
        var counts = new LinkedHashMap<String, Integer>();
        var json = telegram.world()
                .people()
                .opinions()
                .reactions(id(), message.place().chatId(), message.id());
        for (var count : JSON.readTree(json)) {
            var type = count.path("type");
            var shown =
                    type.path("emoji").stringValue(type.path("custom_emoji_id").stringValue("paid"));
            counts.put(shown, count.path("total_count").intValue(0));
        }
        return counts;
    }

    /** Waits until a message has that reaction, of a bot or anybody. */
    public void awaitReaction(MessageView message, String emoji) {
        telegram.await(
                any -> seesReactions(message).get(emoji),
                () -> this + " waits for the reaction " + emoji + " to: " + message);
    }

    /** Begins a topic in a forum, which by default only administrators may. */
    public TestTopic beginsTopic(TestChat forum, String name) {
        return new TestTopic(forum, telegram.world().forums().create(id(), forum.id(), name), name);
    }

    /** Taps the button to pay under an invoice. */
    public TestPayment buys(MessageView invoice) {
        long payment =
                telegram.world().people().payments().begin(id(), invoice.place().chatId(), invoice.id());
        return new TestPayment(telegram, this, payment);
    }

    /** Opens a link into a group or channel: is in, or has asked to be let in if the link says so. */
    public TestPerson joins(String link) {
        telegram.world().memberships().join(id(), link);
        return this;
    }

    /** Waits until this person is in a group or channel, because somebody let it in. */
    public void awaitEntry(TestChat chat) {
        telegram.await(any -> chat.has(this) ? chat : null, () -> this + " waits to be let into " + chat);
    }

    /** Goes out of a group or channel. */
    public TestPerson leaves(TestChat chat) {
        telegram.world().memberships().leave(id(), chat.id());
        return this;
    }

    /** Wants to hear nothing more from a bot: it is told, and what it sends from then on gets 403. */
    public TestPerson blocks(TestBot bot) {
        telegram.world().memberships().block(id(), bot.id());
        return this;
    }

    /** Lets a bot write again. */
    public TestPerson unblocks(TestBot bot) {
        telegram.world().memberships().unblock(id(), bot.id());
        return this;
    }

    /** The next message of a bot in that chat. */
    public MessageView awaitReply(Recipient where) {
        return awaitReply(where, any -> true);
    }

    /** The next message of a bot in that chat that is as wanted; those before it are read and passed over. */
    public MessageView awaitReply(Recipient where, Predicate<MessageView> wanted) {
        return reading.nextReply(where, wanted);
    }

    /** The messages of the next album of a bot in that chat. */
    public List<MessageView> awaitAlbum(Recipient where) {
        return reading.nextAlbum(where);
    }

    /** The next edit of a message by a bot in that chat, as the message is then. */
    public MessageView awaitEdit(Recipient where) {
        return awaitEdit(where, any -> true);
    }

    /** The next edit by a bot in that chat that is as wanted; those before it are read and passed over. */
    public MessageView awaitEdit(Recipient where, Predicate<MessageView> wanted) {
        return reading.nextEdit(where, wanted);
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
        return pressing.awaitAnswer();
    }

    /** The answer with that text to any button that this person pressed; useful after several. */
    public CallbackAnswer awaitCallbackAnswer(String text) {
        return pressing.awaitAnswer(text);
    }

    /** What this person finds in a chat or topic at this moment, oldest first. */
    public List<MessageView> sees(Recipient where) {
        return reading.present(where);
    }

    Reading reading() {
        return reading;
    }

    private MessageView answers(MessageView message, Outgoing what) {
        // In a forum an answer is in the topic of what it answers, without a word about it.
        return sent(message.place().chatId(), what);
    }

    private MessageView sent(long chatId, Outgoing what) {
        var json = JSON.readTree(telegram.world().people().say(id(), chatId, what));
        return reading.message(chatId, json.path("message_id").intValue());
    }

    @Override
    public String toString() {
        return firstName();
    }
}
