package io.botmesh.bot;

import static io.botmesh.bot.Filters.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.botmesh.botapi.ChatType;
import io.botmesh.botapi.MessageEntityType;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.ReactionTypeEmoji;
import io.botmesh.botapi.UpdateKind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterTest {
    private static final String GROUP = "{'id':-1001,'type':'supergroup','title':'g'}";
    private static final String CHANNEL = "{'id':-1002,'type':'channel','title':'c'}";

    private static <T> @Nullable T match(Filter<T> filter, RawUpdate update) {
        return filter.match(Updates.context(update));
    }

    @Test
    void aKindIsMatchedByItsOwnFilterOnly() {
        var update = Updates.message("edited_message", GROUP, "'text':'a'");
        assertThat(match(editedMessage().text(), update)).isEqualTo("a");
        assertThat(match(anyEdit(), update)).isNotNull();
        assertThat(match(message(), update)).isNull();
        assertThat(match(callbackQuery(), update)).isNull();
        assertThat(match(kind(UpdateKind.EDITED_MESSAGE, UpdateKind.POLL), update))
                .isNotNull();
        assertThat(match(kind(UpdateKind.of("from_tomorrow")), Updates.update("'from_tomorrow':{}")))
                .isNotNull();
        assertThat(match(kind(UpdateKind.of("from_tomorrow")), Updates.update("'from_next_week':{}")))
                .isNull();
    }

    @Test
    void anyMessageIsOneOfAChatOrOfAChannel() {
        assertThat(match(anyMessage().text(), Updates.text("a"))).isEqualTo("a");
        assertThat(match(anyMessage().text(), Updates.message("channel_post", CHANNEL, "'text':'a'")))
                .isEqualTo("a");
        assertThat(match(anyMessage().text(), Updates.message("business_message", GROUP, "'text':'a'")))
                .isNull();
    }

    @Test
    void contentIsTakenOut() {
        var photo =
                Updates.message("'photo':[{'file_id':'f','file_unique_id':'u','width':1,'height':2}],'caption':'c'");
        assertThat(match(message().photo(), photo)).hasSize(1);
        assertThat(match(message().caption(), photo)).isEqualTo("c");
        assertThat(match(message().text(), photo)).isNull();
        assertThat(match(message().textOrCaption(), photo)).isEqualTo("c");
        assertThat(match(message().isTopicMessage(), photo)).isNull();
        assertThat(match(message().isTopicMessage(), Updates.message("'is_topic_message':true")))
                .isTrue();
        assertThat(match(message().mediaGroupId().equalTo("77"), Updates.message("'media_group_id':'77'")))
                .isEqualTo("77");
    }

    @Test
    void entitiesOfTextAndCaptionAreTakenOutWithTheirText() {
        var update = Updates.message("'caption':'see t.me and #it','caption_entities':["
                + "{'type':'url','offset':4,'length':4},{'type':'hashtag','offset':13,'length':3}]");
        assertThat(match(message().entities(MessageEntityType.HASHTAG), update))
                .extracting(EntityText::text)
                .containsExactly("#it");
        assertThat(match(message().entities(MessageEntityType.EMAIL), update)).isNull();
        assertThat(Updates.context(update).entities())
                .extracting(EntityText::text)
                .containsExactly("t.me", "#it");
    }

    @Test
    void anEntityThatReachesBeyondItsTextIsCut() {
        var update = Updates.message("'text':'ab','entities':[{'type':'bold','offset':1,'length':9},"
                + "{'type':'bold','offset':7,'length':1}]");
        assertThat(Updates.context(update).entities())
                .extracting(EntityText::text)
                .containsExactly("b", "");
    }

    @Test
    void textsAreComparedExactlyOrByPattern() {
        assertThat(match(message().text().equalTo("a", "b"), Updates.text("b"))).isEqualTo("b");
        assertThat(match(message().text().equalTo("a", "b"), Updates.text("B"))).isNull();
        assertThat(match(message().text().matching("(\\d+)x(\\d+)"), Updates.text("make it 3x4")))
                .extracting(found -> found.group(2))
                .isEqualTo("4");
        assertThat(match(message().text().matching("\\d"), Updates.text("none")))
                .isNull();
        assertThat(match(message().text().startingWith("say "), Updates.text("say it")))
                .isEqualTo("it");
    }

    @ParameterizedTest
    @CsvSource({
        "start, /start, true",
        "start, /start now, true",
        "start, /START, false",
        "start, /starting, false",
        "start, /start@my_bot, true",
        "start, /start@MY_BOT x, true",
        "start, /start@other_bot, false",
        "start@other_bot, /start@other_bot, true",
        "start@other_bot, /start, false",
        "start, start, false",
    })
    void aCommandIsItsExactNameToThisBot(String command, String text, boolean matches) {
        assertThat(match(anyMessage().command(command), Updates.text(text)) != null)
                .isEqualTo(matches);
    }

    @Test
    void aCommandStandsAtTheStartOfATextAndNotInACaption() {
        var later = Updates.message("'text':'do /start','entities':[{'type':'bot_command','offset':3,'length':6}]");
        var caption =
                Updates.message("'caption':'/start','caption_entities':[{'type':'bot_command','offset':0,'length':6}]");
        var post = Updates.message("channel_post", CHANNEL, "'text':'/start'" + Updates.commandEntity("/start"));
        assertThat(match(anyMessage().command("start"), later)).isNull();
        assertThat(match(anyMessage().command("start"), caption)).isNull();
        assertThat(match(anyMessage().command("start"), post)).isNotNull();
        assertThat(match(message().command("start"), post)).isNull();
    }

    @Test
    void aCommandHasArguments() {
        var command = match(message().command(), Updates.text("/vote@my_bot  red   blue "));
        assertThat(command).isEqualTo(new Command("vote", "my_bot", "red   blue"));
        assertThat(new Command("vote", null, "red   blue").words()).containsExactly("red", "blue");
        assertThat(new Command("a", null, "").words()).isEmpty();
    }

    @Test
    void aCommandIsRegisteredWithoutItsSlash() {
        for (String wrong : List.of("/start", "", "a b", "x".repeat(33), "start@"))
            assertThatIllegalArgumentException()
                    .as(wrong)
                    .isThrownBy(() -> message().command(wrong));
    }

    @Test
    void callbackDataIsComparedAsTextsAre() {
        assertThat(match(callback("vote:"), Updates.press("vote:7"))).isEqualTo("7");
        assertThat(match(callback("vote:"), Updates.press("note:7"))).isNull();
        assertThat(match(callbackData().equalTo("yes"), Updates.press("yes"))).isEqualTo("yes");
        assertThat(match(callbackData().matching("^p(\\d)$"), Updates.press("p3")))
                .isNotNull();
        assertThat(match(callbackData(), Updates.text("p3"))).isNull();
        assertThat(match(gameQuery(), Updates.press("x"))).isNull();
    }

    @Test
    void chatTypesAreToldApart() {
        var inGroup = Updates.message("message", GROUP, "'text':'a'");
        assertThat(match(message().text().inGroups(), inGroup)).isEqualTo("a");
        assertThat(match(message().text().inPrivate(), inGroup)).isNull();
        assertThat(match(chatType(ChatType.SUPERGROUP), inGroup)).isNotNull();
        assertThat(match(chatType(ChatType.PRIVATE), Updates.press("x"))).isNotNull();
        assertThat(match(
                        chatType(ChatType.PRIVATE),
                        Updates.update("'inline_query':{'id':'1',"
                                + "'from':{'id':1,'is_bot':false,'first_name':'A'},'query':'','offset':''}")))
                .isNull();
    }

    @Test
    void onlyNewReactionsCount() {
        String heart = "{'type':'emoji','emoji':'❤'}";
        String fire = "{'type':'emoji','emoji':'🔥'}";
        var update = Updates.update("'message_reaction':{'chat':" + GROUP + ",'message_id':3,'date':1,'user':"
                + "{'id':42,'is_bot':false,'first_name':'Ann'},'old_reaction':[" + heart + "],'new_reaction':[" + heart
                + ","
                + fire + "]}");
        assertThat(match(reaction(), update)).containsExactly(ReactionTypeEmoji.of("🔥"));
        assertThat(match(reaction("🔥", "👍"), update)).isEqualTo(ReactionTypeEmoji.of("🔥"));
        assertThat(match(reaction("❤"), update)).isNull();
        assertThat(Updates.context(update).messageId()).isEqualTo(3);
        assertThat(Updates.context(update).from().id()).isEqualTo(42);
    }

    @Test
    void filtersCombine() {
        var text = Updates.text("a");
        assertThat(match(message().text().and(message().entities()), text)).isNull();
        assertThat(match(message().text().and(message().from()), text)).isEqualTo("a");
        assertThat(match(message().caption().or(message().text()), text)).isEqualTo("a");
        assertThat(match(callbackData().or(message().text()), text)).isEqualTo("a");
        assertThat(match(message().text().unless(message().text().equalTo("b")), text))
                .isEqualTo("a");
        assertThat(match(not(message().text()), text)).isNull();
        assertThat(match(not(message().photo()), text)).isNotNull();
        assertThat(match(message().text().map(String::length), text)).isEqualTo(1);
        assertThat(match(message().text().where(String::isBlank), text)).isNull();
        assertThat(match(Filter.when(ctx -> ctx.updateId() == 7), text)).isNotNull();
        assertThat(match(Filter.of(Context::text), text)).isEqualTo("a");
    }

    @Test
    void aFilterKnowsItsKinds() {
        assertThat(message().text().or(callbackData()).kinds())
                .containsExactly(UpdateKind.MESSAGE, UpdateKind.CALLBACK_QUERY);
        assertThat(message().text().and(callbackData()).kinds()).isEmpty();
        assertThat(not(message()).kinds()).isEqualTo(UpdateKind.known());
    }
}
