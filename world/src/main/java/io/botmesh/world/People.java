package io.botmesh.world;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What people do: they write, edit and press buttons. For ids that do not exist and for what could not happen all of it
 * throws {@link IllegalArgumentException}.
 *
 * <p>A {@code chatId} is a channel or group, or for a private chat the bot's user id.
 */
public final class People {
    private final Gate gate;
    private final Stage stage;
    private final Core core;
    private final Talk talk;
    private final Buttons buttons;
    private final Opinions opinions;
    private final Payments payments;
    private final InlineMode inline;
    private final Business business;

    People(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
        talk = new Talk(stage);
        buttons = new Buttons(stage);
        opinions = new Opinions(stage);
        payments = new Payments(stage);
        inline = new InlineMode(stage);
        business = new Business(stage);
    }

    /**
     * A person sends something. In a private chat the bot knows the person from then on.
     *
     * @param chatId a channel or group, or for a private chat the bot's user id
     * @return the Message as JSON
     */
    public String say(long fromUserId, long chatId, Outgoing what) {
        return talk.say(fromUserId, chatId, what);
    }

    /**
     * A person suggests a post to a channel.
     *
     * @param chatId   the channel's direct messages, see {@link ChatSettings#directMessages}
     * @param stars    what is offered, 0 for nothing
     * @param sendDate when the post is to appear, null to leave it to the channel
     * @return the Message as JSON
     */
    public String suggest(long fromUserId, long chatId, Outgoing what, int stars, @Nullable Instant sendDate) {
        return talk.suggest(fromUserId, chatId, what, stars, sendDate);
    }

    /**
     * A person agrees to a post that was suggested or declines it: an administrator of the channel what somebody wrote to
     * it, and who wrote to it what an administrator suggests instead.
     *
     * @param chatId  the channel's direct messages
     * @param comment why it declines, may be empty
     */
    public void decide(long fromUserId, long chatId, int messageId, boolean approved, String comment) {
        talk.decide(fromUserId, chatId, messageId, approved, comment);
    }

    /**
     * A person sends several files as one.
     *
     * @param album 2 to 10 files, each with a caption of its own if it has one
     * @return the Messages as a JSON array
     */
    public String sayAlbum(long fromUserId, long chatId, List<Outgoing> album) {
        return talk.sayAlbum(fromUserId, chatId, album);
    }

    /**
     * A person edits a text, or the caption of a file.
     *
     * @param chatId as for {@link #say}
     * @return the Message as JSON
     */
    public String edit(long fromUserId, long chatId, int messageId, String text) {
        return talk.edit(fromUserId, chatId, messageId, text);
    }

    /**
     * A person puts another file in the place of one.
     *
     * @param what a file with its caption
     * @return the Message as JSON
     */
    public String replace(long fromUserId, long chatId, int messageId, Outgoing what) {
        return talk.replace(fromUserId, chatId, messageId, what);
    }

    /** A person pays for files that are for sale, whose bot gets {@code purchased_paid_media}. */
    public void buy(long userId, long chatId, int messageId) {
        talk.buy(userId, chatId, messageId);
    }

    /** A person moves on, in a live place that was sent. */
    public String move(long fromUserId, long chatId, int messageId, double latitude, double longitude) {
        return talk.move(fromUserId, chatId, messageId, new Place(latitude, longitude, 0));
    }

    /** A person stops telling where it is. */
    public String stopMoving(long fromUserId, long chatId, int messageId) {
        return talk.move(fromUserId, chatId, messageId, null);
    }

    /**
     * A person presses a button under a bot's message that asks the bot.
     *
     * @param chatId as for {@link #say}
     * @param data   its callback data, else its text
     * @return the id of the callback query
     */
    public String press(long userId, long chatId, int messageId, String data) {
        return buttons.press(userId, chatId, messageId, data);
    }

    /** How people pay. */
    public Payments payments() {
        return payments;
    }

    /** How people ask bots from within any chat. */
    public InlineMode inline() {
        return inline;
    }

    /** How people let bots act for them. */
    public Business business() {
        return business;
    }

    /** How people vote and react. */
    public Opinions opinions() {
        return opinions;
    }

    /** What people do with keyboards. */
    public Buttons buttons() {
        return buttons;
    }

    /**
     * What a person finds in a chat, oldest message first.
     *
     * @param chatId as for {@link #say}
     * @return a JSON array of Messages
     */
    public String transcriptJson(long userId, long chatId) {
        return gate.read(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var json = new JsonWriter(4096).array();
            for (var message : chat.messages()) core.json().write(json, message, viewer(chat), true);
            for (var whispered : chat.whispers.values()) {
                var whisper = whispered.posting().marks().whisper();
                if (whisper != null && whisper.receiver().equals(person)) {
                    core.json().write(json, whispered, viewer(chat), true);
                }
            }
            return json.endArray().toString();
        });
    }

    /** People have no file ids of their own; what they see has those of some bot of the chat. */
    private Bot viewer(Chat chat) {
        return core.registry().viewer(chat);
    }
}
