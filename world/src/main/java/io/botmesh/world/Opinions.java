package io.botmesh.world;

import java.util.Arrays;
import java.util.List;

/**
 * What people think: they vote in polls and react to messages. For ids that do not exist and for what could not happen
 * all of it throws {@link IllegalArgumentException}.
 *
 * <p>A {@code chatId} is a channel or group, or for a private chat the bot's user id.
 */
public final class Opinions {
    private final Gate gate;
    private final Stage stage;
    private final Core core;

    Opinions(Stage stage) {
        this.stage = stage;
        gate = stage.gate();
        core = stage.core();
    }

    /**
     * Votes.
     *
     * @param options numbers of the chosen answers from 0; none takes the vote back
     * @return the Poll as JSON
     */
    public String vote(long userId, long chatId, int messageId, int... options) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var poll = poll(chat, messageId);
            var chosen = Arrays.stream(options).boxed().distinct().toList();
            var wrong = whyNot(poll, chat, person, chosen);
            if (!wrong.isEmpty()) throw new IllegalArgumentException(userId + " cannot vote so: " + wrong);
            core.interactions().ballots.vote(poll, person, chosen);
            return poll.write(new JsonWriter(512), core.registry().viewer(chat)).toString();
        });
    }

    private static String whyNot(Poll poll, Chat chat, Account person, List<Integer> chosen) {
        if (poll.isClosed()) return "the poll is closed";
        if (chosen.stream().anyMatch(number -> number < 0 || number >= poll.size())) {
            return "options are 0 to " + (poll.size() - 1);
        }
        if (chosen.size() > 1 && !poll.rules().multiple()) return "the poll takes one answer";
        if (!poll.chosenBy(person).isEmpty() && !poll.rules().revoting()) return "the first vote stays";
        boolean member = chat.kind() == Chat.Kind.PRIVATE || chat.member(person).isIn();
        return poll.rules().membersOnly() && !member ? "the poll is for members" : "";
    }

    /**
     * Ends a poll of one's own.
     *
     * @return the Poll as JSON
     */
    public String stop(long userId, long chatId, int messageId) {
        return gate.pass(() -> {
            var chat = stage.chatOf(stage.account(userId), chatId);
            var message = message(chat, messageId);
            var poll = poll(chat, messageId);
            boolean own = message.author().id() == userId && message.origin() == null;
            if (!own || poll.isClosed()) {
                throw new IllegalArgumentException(userId + " cannot stop message " + messageId);
            }
            core.interactions().ballots.stop(poll, core.registry().botsIn(chat));
            return poll.write(new JsonWriter(512), core.registry().viewer(chat)).toString();
        });
    }

    /**
     * Adds an answer to a poll that lets people do that.
     *
     * @return its persistent id
     */
    public String addOption(long userId, long chatId, int messageId, String text) {
        return gate.pass(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var poll = poll(chat, messageId);
            if (poll.isClosed() || !poll.rules().adding()) {
                throw new IllegalArgumentException("nobody can add answers to message " + messageId);
            }
            var added = PollReader.option(new Draft(text, List.of()));
            var id = poll.add(added, person, core.agenda().seconds());
            core.postman().post(chat, Posting.of(person, new PollOptionAdded(messageId, id, added)));
            core.interactions().ballots.tell(poll);
            return id;
        });
    }

    /** Reacts with those emoji, instead of as before; none takes the reaction back. */
    public void react(long userId, long chatId, int messageId, String... emoji) {
        gate.pass(() -> {
            var person = stage.account(userId);
            var chat = stage.chatOf(person, chatId);
            var message = message(chat, messageId);
            var reactions = Arrays.stream(emoji).map(Reaction::emoji).toList();
            for (var reaction : reactions) {
                if (!reaction.exists()) throw new IllegalArgumentException("no reaction " + reaction.value());
            }
            core.interactions().reactions.react(message, person, reactions);
            return message;
        });
    }

    /** How everybody reacted, bots included, as a JSON array of ReactionCount. */
    public String reactions(long userId, long chatId, int messageId) {
        return gate.read(() -> {
            var chat = stage.chatOf(stage.account(userId), chatId);
            return core.interactions()
                    .reactions
                    .writeCounts(new JsonWriter(), message(chat, messageId))
                    .toString();
        });
    }

    private static Message message(Chat chat, int messageId) {
        var message = chat.message(messageId);
        if (message == null) throw new IllegalArgumentException("no message " + messageId + " in " + chat.id());
        return message;
    }

    private static Poll poll(Chat chat, int messageId) {
        if (!(message(chat, messageId).content() instanceof PollContent content)) {
            throw new IllegalArgumentException("message " + messageId + " is no poll");
        }
        return content.poll();
    }
}
