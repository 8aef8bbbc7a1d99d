package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Polls and reactions. */
class OpinionsTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Person ann = scene.world.addUser("Ann", null);
    private final Person bob = scene.world.addUser("Bob", null);
    private final Group group = scene.world.addGroup("g", null, List.of(Admin.full(bot.id()), Admin.full(ann.id())));
    private final Channel channel = scene.world.addChannel("c", null, List.of(Admin.full(bot.id())));
    private final String chat = Scene.text(group.id());
    private final Opinions opinions = scene.world.people().opinions();

    private JsonNode poll(String... more) {
        var arguments = Arguments.builder();
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        arguments.add("chat_id", chat).add("question", "Tea?").add("options", "[\"yes\",{\"text\":\"no\"},\"maybe\"]");
        return Scene.ok(Scene.now(scene.send(bot, "sendPoll", arguments.build())));
    }

    private String refused(String... more) {
        var arguments = Arguments.builder();
        for (int i = 0; i < more.length; i += 2) arguments.add(more[i], more[i + 1]);
        arguments.add("chat_id", chat).add("question", "Tea?").add("options", "[\"yes\",\"no\"]");
        return Scene.refusal(Scene.now(scene.send(bot, "sendPoll", arguments.build())));
    }

    private List<JsonNode> news(String kind) {
        return scene.updates(bot)
                .valueStream()
                .filter(update -> update.has(kind))
                .map(update -> update.get(kind))
                .toList();
    }

    @Test
    void aPollOfAPersonIsSeenByBotsAndToldWhenItIsStopped() {
        var quiz = new Outgoing.Item.Poll("2+2?", List.of("3", "4"), 1, true, false);
        int id = Scene.id(Scene.json(scene.world.people().say(ann.id(), group.id(), Outgoing.of(quiz))));
        var seen = news("message").getLast().get("poll");
        assertThat(seen.get("type").asString()).isEqualTo("quiz");
        assertThat(seen.has("correct_option_ids")).isFalse();
        opinions.vote(ann.id(), group.id(), id, 1);
        assertThat(news("poll")).isEmpty();
        assertThatThrownBy(() -> opinions.stop(bob.id(), group.id(), id)).hasMessageContaining("cannot stop");
        opinions.stop(ann.id(), group.id(), id);
        var told = news("poll").getLast();
        assertThat(told.get("is_closed").asBoolean()).isTrue();
        assertThat(told.get("correct_option_ids").toString()).isEqualTo("[1]");
        assertThat(scene.refusal(bot, "stopPoll", "chat_id", chat, "message_id", Scene.text(id)))
                .isEqualTo("400 Bad Request: poll can't be stopped");
        assertThatThrownBy(() -> scene.world.people().say(ann.id(), group.id(), Outgoing.poll("?", "one")))
                .hasMessageContaining("at least 2");
    }

    @Test
    void aPollComesBackWithItsOptionsAndNoVotes() {
        var poll = poll().get("poll");
        assertThat(poll.get("question").asString()).isEqualTo("Tea?");
        assertThat(poll.get("options").size()).isEqualTo(3);
        assertThat(poll.get("options").get(1).get("text").asString()).isEqualTo("no");
        assertThat(poll.get("total_voter_count").asInt()).isZero();
        assertThat(poll.get("is_anonymous").booleanValue()).isTrue();
        assertThat(poll.get("allows_revoting").booleanValue()).isTrue();
        assertThat(poll.get("type").asString()).isEqualTo("regular");
    }

    @Test
    void anAnonymousVoteTellsTheNumbersOnly() {
        int id = Scene.id(poll());
        opinions.vote(ann.id(), group.id(), id, 1);
        var polls = news("poll");
        assertThat(polls).hasSize(1);
        assertThat(polls.getFirst().get("options").get(1).get("voter_count").asInt())
                .isEqualTo(1);
        assertThat(news("poll_answer")).isEmpty();
    }

    @Test
    void anOpenVoteTellsWhoAndWhatEvenWhenItIsTakenBack() {
        int id = Scene.id(poll("is_anonymous", "false", "allows_multiple_answers", "true"));
        opinions.vote(ann.id(), group.id(), id, 0, 2);
        opinions.vote(ann.id(), group.id(), id);
        var answers = news("poll_answer");
        assertThat(answers.get(0).get("user").get("id").asLong()).isEqualTo(ann.id());
        assertThat(answers.get(0).get("option_ids").toString()).isEqualTo("[0,2]");
        assertThat(answers.get(0).get("option_persistent_ids").size()).isEqualTo(2);
        assertThat(answers.get(1).get("option_ids").toString()).isEqualTo("[]");
    }

    @Test
    void whatAPollDoesNotTakeNobodyCanVote() {
        int id = Scene.id(poll());
        assertThatThrownBy(() -> opinions.vote(ann.id(), group.id(), id, 0, 1))
                .hasMessageEndingWith("the poll takes one answer");
        assertThatThrownBy(() -> opinions.vote(ann.id(), group.id(), id, 3)).hasMessageEndingWith("options are 0 to 2");
        int quiz = Scene.id(poll("type", "quiz", "correct_option_ids", "[0]"));
        opinions.vote(ann.id(), group.id(), quiz, 1);
        assertThatThrownBy(() -> opinions.vote(ann.id(), group.id(), quiz, 0))
                .hasMessageEndingWith("the first vote stays");
        int members = Scene.id(poll("members_only", "true"));
        assertThatThrownBy(() -> opinions.vote(bob.id(), group.id(), members, 0))
                .hasMessageEndingWith("the poll is for members");
        scene.ok(bot, "stopPoll", "chat_id", chat, "message_id", Scene.text(id));
        assertThatThrownBy(() -> opinions.vote(ann.id(), group.id(), id, 0)).hasMessageEndingWith("the poll is closed");
    }

    @Test
    void theAnswersOfAQuizAreForItsBotUntilItIsOver() {
        var quiz = poll("type", "quiz", "correct_option_ids", "[2]", "explanation", "so");
        assertThat(quiz.get("poll").get("correct_option_ids").toString()).isEqualTo("[2]");
        assertThat(quiz.get("poll").get("explanation").asString()).isEqualTo("so");
        scene.world.chats().promote(group.id(), Admin.full(other.id()));
        var id = Scene.text(Scene.id(quiz));
        var seen = scene.ok(other, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", id);
        assertThat(seen.get("poll").has("correct_option_ids")).isFalse();
        scene.ok(bot, "stopPoll", "chat_id", chat, "message_id", id);
        seen = scene.ok(other, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", id);
        assertThat(seen.get("poll").has("correct_option_ids")).isTrue();
    }

    @Test
    void aForwardShowsTheSamePollAndACopyANewOne() {
        var sent = poll();
        int id = Scene.id(sent);
        var forward = scene.ok(bot, "forwardMessage", "chat_id", chat, "from_chat_id", chat, "message_id", "" + id);
        opinions.vote(ann.id(), group.id(), Scene.id(forward), 0);
        assertThat(forward.get("poll").get("id")).isEqualTo(sent.get("poll").get("id"));
        int copy = Scene.id(scene.ok(bot, "copyMessage", "chat_id", chat, "from_chat_id", chat, "message_id", "" + id));
        var stoppedCopy = scene.ok(bot, "stopPoll", "chat_id", chat, "message_id", "" + copy);
        assertThat(stoppedCopy.get("total_voter_count").asInt()).isZero();
        var stopped = scene.ok(bot, "stopPoll", "chat_id", chat, "message_id", "" + id);
        assertThat(stopped.get("total_voter_count").asInt()).isEqualTo(1);
        assertThat(stopped.get("is_closed").booleanValue()).isTrue();
    }

    @Test
    void aPollClosesByItselfAndTellsItsBot() {
        poll("open_period", "60");
        scene.seconds(55);
        assertThat(news("poll")).isEmpty();
        scene.seconds(1);
        assertThat(news("poll").getFirst().get("is_closed").booleanValue()).isTrue();
        long at = Scene.START.getEpochSecond() + 1_000;
        assertThat(poll("close_date", Scene.text(at))
                        .get("poll")
                        .get("close_date")
                        .asLong())
                .isEqualTo(at);
        assertThat(refused("close_date", "5")).isEqualTo("400 Bad Request: POLL_CLOSE_DATE_INVALID");
    }

    @Test
    void onlyAPollOfItsOwnCanBeStoppedAndOnce() {
        var id = Scene.text(Scene.id(poll()));
        scene.ok(bot, "stopPoll", "chat_id", chat, "message_id", id);
        assertThat(scene.refusal(bot, "stopPoll", "chat_id", chat, "message_id", id))
                .isEqualTo("400 Bad Request: poll has already been closed");
        assertThat(scene.refusal(bot, "stopPoll", "chat_id", chat, "message_id", "99"))
                .isEqualTo("400 Bad Request: message with poll to stop not found");
        var text = Scene.text(Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x")));
        assertThat(scene.refusal(bot, "stopPoll", "chat_id", chat, "message_id", text))
                .isEqualTo("400 Bad Request: message is not a poll");
    }

    @Test
    void badPollsAreRefusedInTheServersWords() {
        assertThat(refused("question", " ")).isEqualTo("400 Bad Request: poll question must be non-empty");
        assertThat(refused("question", "q".repeat(301)))
                .isEqualTo("400 Bad Request: poll question length must not exceed 300");
        assertThat(refused("options", "[\"a\"]")).isEqualTo("400 Bad Request: poll must have at least 2 option");
        assertThat(refused("options", "[" + "\"a\",".repeat(12) + "\"a\"]"))
                .isEqualTo("400 Bad Request: poll can't have more than 12 options");
        assertThat(refused("options", "[\"a\",\" \"]")).isEqualTo("400 Bad Request: poll options must be non-empty");
        assertThat(refused("options", "[\"a\",\"" + "b".repeat(101) + "\"]"))
                .isEqualTo("400 Bad Request: poll options length must not exceed 100");
        assertThat(refused("options", "x")).isEqualTo("400 Bad Request: can't parse options JSON object");
        assertThat(refused("type", "x")).isEqualTo("400 Bad Request: unsupported poll type specified");
        assertThat(refused("type", "quiz")).isEqualTo("400 Bad Request: wrong correct option ID specified");
        assertThat(refused("type", "quiz", "correct_option_ids", "[2]"))
                .isEqualTo("400 Bad Request: wrong correct option ID specified");
        assertThat(refused("chat_id", Scene.text(channel.id()), "is_anonymous", "false"))
                .isEqualTo("400 Bad Request: non-anonymous polls can't be sent to channel chats");
    }

    @Test
    void peopleAddAnswersWhereTheyMay() {
        int id = Scene.id(poll("allow_adding_options", "true"));
        opinions.addOption(ann.id(), group.id(), id, "later");
        var added = news("message").getLast().get("poll_option_added");
        assertThat(added.get("option_text").asString()).isEqualTo("later");
        var options = added.get("poll_message").get("poll").get("options");
        assertThat(options.get(3).get("added_by_user").get("id").asLong()).isEqualTo(ann.id());
        int closed = Scene.id(poll());
        assertThatThrownBy(() -> opinions.addOption(ann.id(), group.id(), closed, "x"))
                .hasMessageStartingWith("nobody can add answers");
    }

    private static final String KINDS = "[\"message_reaction\",\"message_reaction_count\"]";

    @Test
    void anAdministratorThatAsksForItHearsWhoReactedHow() {
        int id = Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x"));
        scene.ok(bot, "getUpdates", "allowed_updates", KINDS);
        scene.world.chats().promote(group.id(), Admin.full(other.id()));
        opinions.react(ann.id(), group.id(), id, "\uD83D\uDC4D");
        opinions.react(ann.id(), group.id(), id, "\uD83D\uDD25");
        opinions.react(ann.id(), group.id(), id);
        var told = news("message_reaction");
        assertThat(told).hasSize(3);
        assertThat(told.get(1).get("user").get("id").asLong()).isEqualTo(ann.id());
        assertThat(told.get(1).get("old_reaction").get(0).get("emoji").asString())
                .isEqualTo("\uD83D\uDC4D");
        assertThat(told.get(1).get("new_reaction").get(0).get("emoji").asString())
                .isEqualTo("\uD83D\uDD25");
        assertThat(told.get(2).get("new_reaction").isEmpty()).isTrue();
        assertThat(scene.updates(other).toString()).doesNotContain("message_reaction");
        scene.world.chats().demote(group.id(), bot.id());
        opinions.react(ann.id(), group.id(), id, "\uD83D\uDD25");
        assertThat(news("message_reaction")).hasSize(3);
    }

    @Test
    void inAChannelOnlyNumbersAreToldAndGatheredForAWhile() {
        scene.world.chats().join(channel.id(), ann.id());
        int id = Scene.id(scene.ok(bot, "sendMessage", "chat_id", Scene.text(channel.id()), "text", "x"));
        scene.ok(bot, "getUpdates", "allowed_updates", KINDS);
        opinions.react(ann.id(), channel.id(), id, "\uD83D\uDC4D");
        opinions.react(bob.id(), channel.id(), id, "\uD83D\uDC4D");
        scene.seconds(5);
        var told = news("message_reaction_count");
        assertThat(told).hasSize(1);
        assertThat(told.getFirst().get("reactions").toString())
                .isEqualTo("[{\"type\":{\"type\":\"emoji\",\"emoji\":\"\uD83D\uDC4D\"},\"total_count\":2}]");
        assertThat(news("message_reaction")).isEmpty();
    }

    @Test
    void aBotReactsOnceAndForFree() {
        var id = Scene.text(Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x")));
        var thumb = "[{\"type\":\"emoji\",\"emoji\":\"\uD83D\uDC4D\"}]";
        scene.ok(bot, "setMessageReaction", "chat_id", chat, "message_id", id, "reaction", thumb);
        assertThat(opinions.reactions(ann.id(), group.id(), Integer.parseInt(id)))
                .contains("\"total_count\":1");
        assertThat(react(id, "[{\"type\":\"paid\"}]")).isEqualTo("400 Bad Request: REACTION_INVALID");
        assertThat(react(id, "[{\"type\":\"emoji\",\"emoji\":\"x\"}]")).isEqualTo("400 Bad Request: REACTION_INVALID");
        assertThat(react(id, thumb.replace("]", "," + thumb.substring(1))))
                .isEqualTo("400 Bad Request: REACTIONS_TOO_MANY");
        assertThat(react(id, "x")).isEqualTo("400 Bad Request: can't parse reaction types JSON object");
        assertThat(react(id, "[{\"type\":\"x\"}]"))
                .isEqualTo("400 Bad Request: can't parse ReactionType: invalid reaction type specified");
        assertThat(react("99", thumb)).isEqualTo("400 Bad Request: message to react not found");
        scene.ok(bot, "setMessageReaction", "chat_id", chat, "message_id", id);
        assertThat(opinions.reactions(ann.id(), group.id(), Integer.parseInt(id)))
                .isEqualTo("[]");
    }

    private String react(String id, String reaction) {
        return scene.refusal(bot, "setMessageReaction", "chat_id", chat, "message_id", id, "reaction", reaction);
    }

    @Test
    void reactionsOfOthersGoWithTheRightToDelete() {
        int id = Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "x"));
        int next = Scene.id(scene.ok(bot, "sendMessage", "chat_id", chat, "text", "y"));
        for (int one : new int[] {id, next}) opinions.react(ann.id(), group.id(), one, "\uD83D\uDC4D");
        var her = Scene.text(ann.id());
        scene.ok(bot, "deleteMessageReaction", "chat_id", chat, "message_id", "" + id, "user_id", her);
        assertThat(opinions.reactions(ann.id(), group.id(), id)).isEqualTo("[]");
        scene.ok(bot, "deleteAllMessageReactions", "chat_id", chat, "user_id", her);
        assertThat(opinions.reactions(ann.id(), group.id(), next)).isEqualTo("[]");
        scene.world.chats().promote(group.id(), Admin.of(bot.id()));
        assertThat(scene.refusal(bot, "deleteAllMessageReactions", "chat_id", chat, "user_id", her))
                .isEqualTo("400 Bad Request: not enough rights to delete reactions");
    }
}
