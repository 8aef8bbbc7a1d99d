package io.botmesh.bot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.botmesh.botapi.ApiCall;
import io.botmesh.botapi.InputFile;
import io.botmesh.botapi.RawUpdate;
import io.botmesh.botapi.SendMessage;
import java.lang.reflect.Method;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a shortcut fills in from the update. */
class ShortcutsTest {
    private interface Shortcut {
        void call(Context ctx) throws Exception;
    }

    private static final String PLACE = "'message':{'message_id':5,'date':1,'chat':{'id':-100,'type':'supergroup'}";

    /** The call as JSON, with apostrophes. */
    private static String sent(RawUpdate update, Shortcut shortcut) throws Exception {
        var api = new Updates.Recorded();
        shortcut.call(Updates.context(update, api));
        assertThat(api.calls).hasSize(1);
        return api.calls.getFirst().toString().replace('"', '\'');
    }

    private static RawUpdate press(String fields) {
        return Updates.update("'callback_query':{'id':'q9','from':{'id':42,'is_bot':false,'first_name':'Ann'},"
                + "'chat_instance':'1','data':'d'" + fields + "}");
    }

    /** Which of the schema's calls they are; a query of a web app comes from its page, and with no update. */
    @Test
    void everyCallThatSendsEditsOrAnswersHasOne() throws Exception {
        var shortcuts =
                Arrays.stream(Context.class.getMethods()).map(Method::getName).collect(Collectors.toSet());
        var calls = callsBeginningWith("Send", "Edit", "Answer");
        assertThat(calls).hasSizeGreaterThan(40).contains("sendMessage", "editMessageText", "answerInlineQuery");
        assertThat(calls).filteredOn(call -> !shortcuts.contains(call)).containsExactly("answerWebAppQuery");
    }

    private static List<String> callsBeginningWith(String... words) throws Exception {
        var source = Path.of(SendMessage.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (var jar = Files.isDirectory(source) ? null : FileSystems.newFileSystem(source);
                var files = Files.list((jar == null ? source : jar.getPath("/")).resolve("io/botmesh/botapi"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("$"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(name -> Arrays.stream(words).anyMatch(name::startsWith) && isCall(name))
                    .map(name -> Character.toLowerCase(name.charAt(0)) + name.substring(1))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isCall(String name) {
        try {
            return ApiCall.class.isAssignableFrom(Class.forName(
                    SendMessage.class.getPackageName() + "." + name, false, SendMessage.class.getClassLoader()));
        } catch (ClassNotFoundException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void aSendGoesToTheChat() throws Exception {
        assertThat(sent(Updates.text("a"), ctx -> ctx.reply("b"))).isEqualTo("SendMessage{'chat_id':42,'text':'b'}");
        assertThat(sent(
                        Updates.text("a"),
                        ctx -> ctx.sendPhoto(InputFile.reference("f"), call -> call.withCaption("c"))))
                .contains("'chat_id':42", "'caption':'c'");
    }

    @Test
    void aSendStaysInItsTopicButNotInAThreadOfReplies() throws Exception {
        String chat = "{'id':-100,'type':'supergroup'}";
        var topic = Updates.message("message", chat, "'message_thread_id':8,'is_topic_message':true");
        var thread = Updates.message("message", chat, "'message_thread_id':8");
        assertThat(sent(topic, ctx -> ctx.reply("b"))).contains("'message_thread_id':8");
        assertThat(sent(thread, ctx -> ctx.reply("b"))).doesNotContain("thread");
        var direct = Updates.message("message", chat, "'direct_messages_topic':{'topic_id':77},'text':'x'");
        assertThat(sent(direct, ctx -> ctx.reply("b"))).contains("'direct_messages_topic_id':77");
    }

    @Test
    void aSendGoesThroughTheBusinessAccount() throws Exception {
        var update = Updates.message(
                "business_message", "{'id':42,'type':'private'}", "'business_connection_id':'biz','text':'x'");
        assertThat(sent(update, ctx -> ctx.reply("b"))).contains("'business_connection_id':'biz'");
        assertThat(sent(update, Context::readBusinessMessage))
                .contains("'business_connection_id':'biz'", "'chat_id':42", "'message_id':5");
    }

    @Test
    void whatIsFilledInMayBeReplaced() throws Exception {
        assertThat(sent(Updates.text("a"), ctx -> ctx.sendDice(call -> call.withMessageThreadId(3))))
                .contains("'message_thread_id':3");
        assertThat(sent(Updates.text("a"), ctx -> ctx.reply("b", call -> call.withReplyParameters(ctx.answering()))))
                .contains("'reply_parameters':{'message_id':5,'allow_sending_without_reply':true}");
    }

    @Test
    void anEditIsOfTheMessageThatTheButtonHangsOn() throws Exception {
        assertThat(sent(press("," + PLACE + ",'text':'x'}"), ctx -> ctx.editMessageText("b")))
                .contains("'chat_id':-100", "'message_id':5", "'text':'b'");
        assertThat(sent(press("," + PLACE.replace("'date':1", "'date':0") + "}"), Context::deleteMessage))
                .contains("'chat_id':-100", "'message_id':5");
        assertThat(sent(press(",'inline_message_id':'i5'"), ctx -> ctx.editMessageText("b")))
                .contains("'inline_message_id':'i5'")
                .doesNotContain("chat_id");
    }

    @Test
    void queriesAreAnsweredByTheirId() throws Exception {
        assertThat(sent(press(""), ctx -> ctx.answerCallbackQuery("ok")))
                .isEqualTo("AnswerCallbackQuery{'callback_query_id':'q9','text':'ok'}");
        var checkout = Updates.update("'pre_checkout_query':{'id':'p1','from':{'id':42,'is_bot':false,"
                + "'first_name':'Ann'},'currency':'XTR','total_amount':1,'invoice_payload':'x'}");
        assertThat(sent(checkout, ctx -> ctx.answerPreCheckoutQuery(true))).contains("'p1'", "'ok':true");
    }

    @Test
    void aForwardNamesWhereToAndTakesTheMessageFromHere() throws Exception {
        assertThat(sent(Updates.text("a"), ctx -> ctx.forwardMessage(-7)))
                .contains("'chat_id':-7", "'from_chat_id':42", "'message_id':5");
    }

    @Test
    void aJoinRequestIsApprovedForItsUser() throws Exception {
        var request = Updates.update("'chat_join_request':{'chat':{'id':-100,'type':'supergroup'},'from':{'id':42,"
                + "'is_bot':false,'first_name':'Ann'},'user_chat_id':42,'date':1}");
        assertThat(sent(request, Context::approveChatJoinRequest)).contains("'chat_id':-100", "'user_id':42");
        assertThat(sent(request, ctx -> ctx.banChatMember(66))).contains("'user_id':66");
    }

    @Test
    void whatTheUpdateDoesNotHaveIsToldInOneLineAndNothingIsSent() {
        var api = new Updates.Recorded();
        var poll = Updates.context(
                Updates.update("'poll_answer':{'poll_id':'1','user':{'id':42,'is_bot':false,'first_name':'Ann'},"
                        + "'option_ids':[],'option_persistent_ids':[]}"),
                api);
        assertThatExceptionOfType(BotException.Missing.class)
                .isThrownBy(() -> poll.reply("a"))
                .withMessage("sendMessage: this update (poll_answer) has no chat");
        assertThatExceptionOfType(BotException.Missing.class)
                .isThrownBy(poll::callbackQuery)
                .withMessage("this update (poll_answer) has no callback_query");
        assertThatExceptionOfType(BotException.Missing.class).isThrownBy(poll::closeForumTopic);
        assertThat(poll.from().id()).isEqualTo(42);
        assertThat(api.calls).isEmpty();
    }

    @Test
    void aFormattedTextMayHaveAKeyboardBelowItsLastMessage() throws Exception {
        var api = new Updates.Recorded();
        var keyboard = InlineKeyboard.of().button("Go on", "more").markup();
        var text = Rich.of(Rich.bold("a".repeat(5000)), " end");
        Updates.context(Updates.text("a"), api).reply(text, call -> call.withReplyMarkup(keyboard));
        assertThat(api.calls)
                .map(SendMessage.class::cast)
                .extracting(SendMessage::replyMarkup)
                .containsExactly(null, keyboard);
        assertThat(api.calls)
                .map(SendMessage.class::cast)
                .allSatisfy(call -> assertThat(call.entities()).hasSize(1));
        Updates.context(Updates.text("a"), api).reply(Rich.of("\n"), call -> call.withReplyMarkup(keyboard));
        assertThat(api.calls).as("none of a blank text").hasSize(2);
    }

    @Test
    void oneMiddlewareLeavesSomethingForAnother() {
        Attribute<String> language = Attribute.named("language");
        var ctx = Updates.context(Updates.text("a"));
        assertThat(ctx.get(language)).isEmpty();
        ctx.put(language, "tr");
        assertThat(ctx.get(language)).contains("tr");
    }
}
