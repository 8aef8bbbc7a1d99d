package io.botmesh.world;

import io.botmesh.world.Method.Pace;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Methods with which a bot acts for a person who connected it. */
final class BusinessMethods {
    private static final int MOST_NAME = 64;
    private static final int MOST_BIO = 140;
    private static final int MOST_STORY_CAPTION = 2048;
    private static final Set<Integer> PERIODS = Set.of(6 * 3600, 12 * 3600, 86_400, 2 * 86_400);

    private final Core core;

    BusinessMethods(Core core) {
        this.core = core;
    }

    void addTo(MethodTable table) {
        table.faithful("getBusinessConnection", Pace.OTHER, this::getBusinessConnection);
        table.shallow("readBusinessMessage", Pace.OTHER, this::readBusinessMessage);
        table.faithful("deleteBusinessMessages", Pace.OTHER, this::deleteBusinessMessages);
        table.faithful("setBusinessAccountName", Pace.OTHER, this::setName);
        table.faithful("setBusinessAccountUsername", Pace.OTHER, this::setUsername);
        table.shallow("setBusinessAccountBio", Pace.OTHER, this::setBio);
        table.faithful("setBusinessAccountProfilePhoto", Pace.OTHER, this::setPhoto);
        table.faithful("removeBusinessAccountProfilePhoto", Pace.OTHER, this::removePhoto);
        table.shallow("setBusinessAccountGiftSettings", Pace.OTHER, this::setGiftSettings);
        table.faithful("getBusinessAccountStarBalance", Pace.OTHER, this::getStarBalance);
        table.faithful("transferBusinessAccountStars", Pace.OTHER, this::transferStars);
        table.faithful("postStory", Pace.SEND, this::postStory);
        table.faithful("repostStory", Pace.SEND, this::repostStory);
        table.faithful("editStory", Pace.SEND, this::editStory);
        table.faithful("deleteStory", Pace.OTHER, this::deleteStory);
    }

    private Connections connections() {
        return core.interactions().connections;
    }

    Reply getBusinessConnection(Bot bot, Params params) {
        return new Reply.Ok(
                connections().of(bot, params).write(new JsonWriter()).toString());
    }

    Reply readBusinessMessage(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_read_messages");
        var chat = connections().chat(connection, params.raw("chat_id"));
        if (chat.message(params.messageId("message_id")) == null) throw Refused.of(400, "MESSAGE_ID_INVALID");
        return BotMethods.TRUE;
    }

    /** Those of the bot with one right, all others with another. */
    Reply deleteBusinessMessages(Bot bot, Params params) {
        params.required("business_connection_id");
        var ids = MessageIds.parse(params);
        var connection = connections().of(bot, params);
        List<Message> messages = new ArrayList<>();
        for (int id : ids) {
            for (var chat : connection.chats.values()) {
                var message = chat.message(id);
                if (message != null) messages.add(message);
            }
        }
        boolean all = connection.rights.contains("can_delete_all_messages");
        boolean own = all || connection.rights.contains("can_delete_sent_messages");
        for (var message : messages) {
            if (!(message.isBy(bot) ? own : all)) throw Refused.of(400, "MESSAGE_DELETE_FORBIDDEN");
        }
        messages.forEach(core.postman()::delete);
        return BotMethods.TRUE;
    }

    Reply setName(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_edit_name");
        var first = clean(params, "first_name", MOST_NAME, "FIRSTNAME_INVALID");
        var last = clean(params, "last_name", MOST_NAME, "LASTNAME_INVALID");
        if (first.isEmpty()) throw Refused.of(400, "FIRSTNAME_INVALID");
        connection.person.rename(first, last.isEmpty() ? null : last);
        return BotMethods.TRUE;
    }

    Reply setUsername(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_edit_username");
        var name = params.text("username");
        if (!name.isEmpty() && !name.matches("[A-Za-z][A-Za-z0-9_]{3,31}")) throw Refused.of(400, "USERNAME_INVALID");
        if (!core.registry().rename(connection.person, name.isEmpty() ? null : name)) {
            throw Refused.of(400, "USERNAME_OCCUPIED");
        }
        return BotMethods.TRUE;
    }

    Reply setBio(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_edit_bio");
        connection.bio = clean(params, "bio", MOST_BIO, "ABOUT_TOO_LONG");
        return BotMethods.TRUE;
    }

    private static String clean(Params params, String field, int most, String tooLong) {
        var text = TextCleaner.clean(params.text(field), List.of(), true).text();
        if (text.codePointCount(0, text.length()) > most) throw Refused.of(400, tooLong);
        return text;
    }

    Reply setPhoto(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_edit_profile_photo");
        var photo = ProfilePhotos.read(core, bot, params);
        connection.person.photos.addFirst(photo);
        return BotMethods.TRUE;
    }

    Reply removePhoto(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_edit_profile_photo");
        if (!connection.person.photos.isEmpty()) connection.person.photos.removeFirst();
        return BotMethods.TRUE;
    }

    Reply setGiftSettings(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_change_gift_settings");
        params.required("accepted_gift_types");
        var json = Fields.json(params, "accepted_gift_types", "Can't parse AcceptedGiftTypes JSON object");
        var fields = Fields.of(json, "AcceptedGiftTypes must be an Object");
        var written = new JsonWriter().object().field("show_gift_button", params.flag("show_gift_button"));
        for (var name : List.of(
                "unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")) {
            written.field(name, fields.flag(name));
        }
        connection.giftSettings = written.endObject().toString();
        return BotMethods.TRUE;
    }

    Reply getStarBalance(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_view_gifts_and_stars");
        return new Reply.Ok(Stars.writeAmount(core.interactions().stars.balance(connection.person))
                .toString());
    }

    /** From the person's purse to the bot's. */
    Reply transferStars(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_transfer_stars");
        int amount = params.integer("star_count", 0, 0, 10_000);
        if (amount == 0) throw Refused.of(400, "STARS_AMOUNT_INVALID");
        var stars = core.interactions().stars;
        var id = "transfer" + core.interactions().nextId();
        stars.spend(connection.person, id, amount, partner(bot.account()));
        stars.earn(bot.account(), id, amount, partner(connection.person));
        return BotMethods.TRUE;
    }

    private static JsonWriter partner(Account account) {
        var json = new JsonWriter().object().field("type", "user");
        account.write(
                json.field("transaction_type", "business_account_transfer").name("user"));
        return json.endObject();
    }

    Reply postStory(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_manage_stories");
        int period = period(params);
        var areas = StoryAreas.read(params);
        var file = storyFile(bot, params);
        return add(connection, file, storyCaption(params), areas, period, params.flag("post_to_chat_page"));
    }

    /** Of another account that the same bot manages. */
    Reply repostStory(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_manage_stories");
        int period = period(params);
        var source = connections().managing(bot, params.number("from_chat_id"));
        var story = source == null ? null : source.stories.get(params.messageId("from_story_id"));
        if (story == null) throw Refused.of(400, "STORY_ID_INVALID");
        boolean kept = params.flag("post_to_chat_page");
        return add(connection, story.file(), story.caption(), story.areasJson(), period, kept);
    }

    private Reply add(
            Connection connection, FileRecord file, FormattedText caption, String areas, int period, boolean kept) {
        int id = ++connection.lastStory;
        long until = core.agenda().seconds() + period;
        connection.stories.put(id, new Connection.Story(id, file, caption, areas, until));
        if (!kept) core.agenda().at(Instant.ofEpochSecond(until), () -> connection.stories.remove(id));
        return story(connection, id);
    }

    Reply editStory(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_manage_stories");
        var old = story(connection, params);
        var areas = StoryAreas.read(params);
        var file = storyFile(bot, params);
        var edited = new Connection.Story(old.id(), file, storyCaption(params), areas, old.until());
        connection.stories.put(old.id(), edited);
        return story(connection, old.id());
    }

    Reply deleteStory(Bot bot, Params params) {
        var connection = connections().allowed(bot, params, "can_manage_stories");
        connection.stories.remove(story(connection, params).id());
        return BotMethods.TRUE;
    }

    private static Connection.Story story(Connection connection, Params params) {
        Connection.@Nullable Story story = connection.stories.get(params.messageId("story_id"));
        if (story == null) throw Refused.of(400, "STORY_ID_INVALID");
        return story;
    }

    private static int period(Params params) {
        int period = params.integer("active_period", 0, 0, Integer.MAX_VALUE);
        if (!PERIODS.contains(period)) throw Refused.of(400, "STORY_PERIOD_INVALID");
        return period;
    }

    private FormattedText storyCaption(Params params) {
        var caption =
                Draft.of(params, "caption", "caption_entities", core.registry()).clean(true);
        if (caption.codePoints() > MOST_STORY_CAPTION) throw Refused.of(400, "Message caption is too long");
        return caption;
    }

    private FileRecord storyFile(Bot bot, Params params) {
        params.required("content");
        var json = Fields.json(params, "content", "Can't parse InputStoryContent JSON object");
        return Fields.within("Can't parse InputStoryContent", json, value -> {
            var fields = Fields.of(value, "InputStoryContent must be an Object");
            var type = fields.requiredText("type");
            boolean photo = type.equals("photo");
            if (!photo && !type.equals("video")) throw Refused.of(400, "invalid story content type specified");
            var file = InputFile.of(params, "", fields.requiredText(type), true);
            if (file == null) throw Refused.of(400, type + " file isn't specified");
            var kind = photo ? FileType.PHOTO : FileType.VIDEO;
            return new InputFiles(core).check(file, kind, FileTraits.NONE, bot).get();
        });
    }

    private static Reply story(Connection connection, int id) {
        var json = new JsonWriter().object();
        Chat.between(connection.bot, connection.person).write(json.name("chat"));
        return new Reply.Ok(json.field("id", id).endObject().toString());
    }
}
