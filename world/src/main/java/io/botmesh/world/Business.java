package io.botmesh.world;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How people let bots act for them, and what goes on in the private chats that such a bot sees. For ids that do not exist and
 * for what could not happen all of it throws {@link IllegalArgumentException}.
 */
public final class Business {
    private final Gate gate;
    private final Stage stage;
    private final Core core;

    Business(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
    }

    private Connections connections() {
        return core.interactions().connections;
    }

    /**
     * Connects a bot; the bot is told.
     *
     * @param rights names of fields of BusinessBotRights, none for all of them
     * @return the id of the connection
     */
    public String connect(long userId, long botId, String... rights) {
        return gate.pass(() -> {
            var bot = stage.bot(botId);
            if (!bot.flags.contains(BotFlag.BUSINESS)) {
                throw new IllegalArgumentException("bot " + botId + " does not connect to businesses");
            }
            var given = rights.length == 0 ? Connections.RIGHTS : Arrays.asList(rights);
            for (var right : given) {
                if (!Connections.RIGHTS.contains(right)) throw new IllegalArgumentException("no right " + right);
            }
            var id = Long.toString(core.interactions().nextId(), 36);
            stage.privateChat(bot, stage.account(userId));
            return connections().connect(id, stage.account(userId), bot, Set.copyOf(new LinkedHashSet<>(given))).id;
        });
    }

    /** Ends a connection, or takes it up again; the bot is told. */
    public void enable(String connectionId, boolean on) {
        gate.pass(() -> {
            var connection = connections().known(connectionId);
            connection.enabled = on;
            connections().tell(connection);
            return connection;
        });
    }

    /**
     * Somebody writes to the connected person.
     *
     * @return the Message as JSON
     */
    public String receive(String connectionId, long fromUserId, String text) {
        return gate.pass(() -> post(connectionId, fromUserId, stage.account(fromUserId), text));
    }

    /** The connected person writes itself. */
    public String write(String connectionId, long toUserId, String text) {
        return gate.pass(() -> post(connectionId, toUserId, connections().known(connectionId).person, text));
    }

    private String post(String connectionId, long otherId, Account author, String text) {
        var connection = connections().known(connectionId);
        var chat = connections().open(connection, stage.account(otherId));
        var words = SendMethods.text(new Draft(text, List.of()));
        var message = core.postman().post(chat, Posting.of(author, new TextContent(words, null)));
        return core.json().message(message, connection.bot);
    }

    /** A text in that chat is changed by whoever wrote it. */
    public String edit(String connectionId, long otherUserId, int messageId, String text) {
        return gate.pass(() -> {
            var connection = connections().known(connectionId);
            var message =
                    connections().open(connection, stage.account(otherUserId)).message(messageId);
            if (message == null || !(message.content() instanceof TextContent)) {
                throw new IllegalArgumentException("no text " + messageId);
            }
            var words = SendMethods.text(new Draft(text, List.of()));
            core.postman().edit(message, new TextContent(words, null), message.markup());
            return core.json().message(message, connection.bot);
        });
    }

    /**
     * One of the two people ticks tasks of a checklist off, or takes that back.
     *
     * @param own  whether the connected person does, else the other one, which the checklist has to allow
     * @param done the ids of tasks
     */
    public void tick(
            String connectionId,
            long otherUserId,
            int messageId,
            boolean own,
            List<Integer> done,
            List<Integer> undone) {
        gate.pass(() -> {
            var connection = connections().known(connectionId);
            var message = checklist(connection, otherUserId, messageId);
            var list = (ChecklistContent) message.content();
            var by = own ? connection.person : stage.account(otherUserId);
            if (!own && !list.othersMark()) throw new IllegalArgumentException("others cannot tick that list off");
            for (var id : done) if (!list.has(id)) throw new IllegalArgumentException("no task " + id);
            for (var id : undone) if (!list.has(id)) throw new IllegalArgumentException("no task " + id);
            if (done.isEmpty() && undone.isEmpty()) throw new IllegalArgumentException("no task is named");
            message.settle(list.marked(done, undone, by, core.agenda().seconds()));
            return tell(message, by, new ChecklistNews.Marked(messageId, done, undone));
        });
    }

    /** One of the two people adds tasks to a checklist. */
    public void addTasks(String connectionId, long otherUserId, int messageId, boolean own, List<String> texts) {
        gate.pass(() -> {
            var connection = connections().known(connectionId);
            var message = checklist(connection, otherUserId, messageId);
            var list = (ChecklistContent) message.content();
            var by = own ? connection.person : stage.account(otherUserId);
            if (!own && !list.othersAdd()) throw new IllegalArgumentException("others cannot add to that list");
            var more = list.more(texts);
            var all = new ArrayList<>(list.tasks());
            all.addAll(more);
            message.settle(list.with(all));
            return tell(message, by, new ChecklistNews.Added(messageId, more));
        });
    }

    private Message checklist(Connection connection, long otherUserId, int messageId) {
        var message = connections().open(connection, stage.account(otherUserId)).message(messageId);
        if (message == null || !(message.content() instanceof ChecklistContent)) {
            throw new IllegalArgumentException("no checklist " + messageId);
        }
        return message;
    }

    private Message tell(Message message, Account by, ChecklistNews news) {
        return core.postman().post(message.chat(), Posting.of(by, news).answering(Answering.to(message.id())));
    }

    /** Messages are deleted by one of the two people; the bot is told. */
    public void delete(String connectionId, long otherUserId, int... messageIds) {
        gate.pass(() -> {
            var connection = connections().known(connectionId);
            var chat = connections().open(connection, stage.account(otherUserId));
            for (int id : messageIds) {
                var message = chat.message(id);
                if (message == null) throw new IllegalArgumentException("no message " + id);
                core.postman().delete(message);
            }
            connections()
                    .tellDeleted(
                            chat, connection, Arrays.stream(messageIds).boxed().toList());
            return chat;
        });
    }

    /** What stands in the chat of the connected person with somebody, as a JSON array of Messages. */
    public String transcriptJson(String connectionId, long otherUserId) {
        return gate.read(() -> {
            var connection = connections().known(connectionId);
            var json = new JsonWriter(1024).array();
            var chat = connection.chats.get(otherUserId);
            if (chat == null) return "[]";
            for (var message : chat.messages()) core.json().write(json, message, connection.bot, true);
            return json.endArray().toString();
        });
    }

    /** The stories of the connected person that can be seen now, as a JSON array of {@code {"id","caption","until","areas"}}. */
    public String storiesJson(String connectionId) {
        return gate.read(() -> {
            var json = new JsonWriter().array();
            for (var story : connections().known(connectionId).stories.values()) {
                json.object()
                        .field("id", story.id())
                        .field("caption", story.caption().text())
                        .field("until", story.until())
                        .name("areas")
                        .raw(story.areasJson().getBytes(ISO_8859_1))
                        .endObject();
            }
            return json.endArray().toString();
        });
    }
}
