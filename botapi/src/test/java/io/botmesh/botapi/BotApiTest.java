package io.botmesh.botapi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.botmesh.botapi.Transport.Lane;
import io.botmesh.botapi.TransportException.Happened;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BotApiTest {
    private static final BotToken TOKEN = BotToken.parse("123456:FAKE-token-for-tests-only-000000000");
    private static final String MESSAGE =
            "{\"message_id\":7,\"date\":1700000000,\"chat\":{\"id\":-1001,\"type\":\"channel\",\"title\":\"t\"},\"text\":\"hi\"}";

    private final FakeTransport transport = new FakeTransport();
    private final BotApi api = new BotApi(ApiOptions.defaults(), TOKEN, transport);

    @Test
    void aCallGoesAsJsonAndItsAnswerIsDecoded() throws Exception {
        transport.answer(200, "{\"ok\":true,\"result\":" + MESSAGE + "}");

        Message sent = api.call(SendMessage.of(-1001, "hi").withDisableNotification(true));

        assertThat(sent.messageId()).isEqualTo(7);
        assertThat(sent.chat().type()).isEqualTo(ChatType.CHANNEL);
        var asked = transport.only();
        assertThat(asked.request().uri())
                .isEqualTo(URI.create("https://api.telegram.org/bot" + TOKEN.value() + "/sendMessage"));
        assertThat(asked.contentType()).isEqualTo("application/json");
        assertThat(asked.text()).isEqualTo("{\"chat_id\":-1001,\"text\":\"hi\",\"disable_notification\":true}");
        assertThat(asked.request().lane()).isEqualTo(Lane.CALL);
        assertThat(asked.deadline()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aFileGoesAsAPartOfItsOwnName() throws Exception {
        transport.answer(200, "{\"ok\":true,\"result\":" + MESSAGE + "}");

        api.call(SendDocument.of(ChatId.of("@channel"), InputFile.upload("a \"b\" 100%.txt", "data".getBytes(UTF_8)))
                .withCaption("a \"quoted\" ✓"));

        var asked = transport.only();
        String boundary = asked.contentType().substring("multipart/form-data; boundary=".length());
        assertThat(asked.text().replace(boundary, "B").replace("\r\n", "\n")).isEqualTo("""
                        --B
                        Content-Disposition: form-data; name="chat_id"

                        @channel
                        --B
                        Content-Disposition: form-data; name="caption"

                        a "quoted" ✓
                        --B
                        Content-Disposition: form-data; name="document"; filename="a %22b%22 100%25.txt"
                        Content-Type: application/octet-stream

                        data
                        --B--
                        """);
        assertThat(asked.announced()).isEqualTo(asked.size());
        assertThat(asked.request().lane()).isEqualTo(Lane.FILE);
    }

    @Test
    void filesInsideObjectsAreAttached() throws Exception {
        transport.answer(200, "{\"ok\":true,\"result\":[" + MESSAGE + "]}");

        List<Message> sent = api.call(SendMediaGroup.of(
                1,
                List.of(
                        InputMediaPhoto.of(InputFile.upload("1.png", new byte[] {1})),
                        InputMediaVideo.of(InputFile.reference("file-id"))
                                .withThumbnail(
                                        InputFile.upload("2.jpg", -1, () -> new ByteArrayInputStream(new byte[2]))))));

        assertThat(sent).hasSize(1);
        assertThat(transport.only().text())
                .contains(
                        "[{\"type\":\"photo\",\"media\":\"attach://file0\"},{\"type\":\"video\",\"media\":\"file-id\",\"thumbnail\":\"attach://file1\"}]")
                .contains("name=\"file0\"; filename=\"1.png\"")
                .contains("name=\"file1\"; filename=\"2.jpg\"");
        assertThat(transport.only().announced()).isEqualTo(-1);
    }

    @Test
    void aFileOfAnotherLengthThanAnnouncedIsNotSent() {
        transport.answer(200, "{\"ok\":true,\"result\":" + MESSAGE + "}");
        var file = InputFile.upload("short", 5, () -> new ByteArrayInputStream(new byte[4]));

        assertThatThrownBy(() -> api.call(SendDocument.of(1, file)))
                .isInstanceOfSatisfying(
                        TransportException.class, e -> assertThat(e.happened()).isEqualTo(Happened.NO))
                .hasRootCauseMessage("short has 4 bytes where 5 were announced");
    }

    @Test
    void aFolderIsNoFile(@TempDir Path folder) {
        assertThatThrownBy(() -> InputFile.upload(folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read " + folder + ": it is a folder");
        assertThatThrownBy(() -> InputFile.upload(folder.resolve("none")))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("cannot read " + folder.resolve("none"));
    }

    @Test
    void aPollGetsItsOwnTimeOnTopAndItsOwnLane() throws Exception {
        transport.answer(
                200,
                "{\"ok\":true,\"result\":[{\"update_id\":5,\"channel_post\":" + MESSAGE
                        + "},{\"update_id\":6,\"new_kind\":{}}]}");

        List<RawUpdate> updates = api.getUpdates(
                new GetUpdates(null, 100L, 50L, List.of(UpdateKind.CHANNEL_POST, UpdateKind.of("new_kind"))));

        assertThat(updates).extracting(RawUpdate::updateId).containsExactly(5L, 6L);
        assertThat(updates).extracting(RawUpdate::kind).containsExactly("channel_post", "new_kind");
        assertThat(transport.only().deadline()).isEqualTo(Duration.ofSeconds(80));
        assertThat(transport.only().request().lane()).isEqualTo(Lane.POLL);
        assertThat(transport.only().text())
                .isEqualTo("{\"limit\":100,\"timeout\":50,\"allowed_updates\":[\"channel_post\",\"new_kind\"]}");
    }

    @Test
    void answersOfEveryKindAreDecoded() throws Exception {
        transport
                .answer(200, "{\"ok\":true,\"result\":{\"id\":1,\"is_bot\":true,\"first_name\":\"b\"}}")
                .answer(
                        200,
                        "{\"ok\":true,\"result\":{\"id\":-1,\"type\":\"group\",\"accent_color_id\":1,\"max_reaction_count\":1,"
                                + "\"accepted_gift_types\":{\"unlimited_gifts\":true,\"limited_gifts\":true,\"unique_gifts\":true,\"premium_subscription\":true,\"gifts_from_channels\":true}}}")
                .answer(
                        200,
                        "{\"ok\":true,\"result\":{\"user\":{\"id\":1,\"is_bot\":false,\"first_name\":\"u\"},\"status\":\"left\"}}")
                .answer(
                        200,
                        "{\"ok\":true,\"result\":{\"file_id\":\"f\",\"file_unique_id\":\"u\",\"file_path\":\"documents/1.bin\"}}")
                .answer(200, "{\"ok\":true,\"result\":true}")
                .answer(200, "{\"ok\":true,\"result\":true}")
                .answer(200, "{\"ok\":true,\"result\":" + MESSAGE + "}")
                .answer(200, "{\"ok\":true,\"result\":42}")
                .answer(200, "{\"ok\":true,\"result\":{\"new\":[1]}}");

        assertThat(api.call(GetMe.of()).isBot()).isTrue();
        assertThat(api.call(GetChat.of(-1)).type()).isEqualTo(ChatType.GROUP);
        assertThat(api.call(GetChatMember.of(-1, 1))).isInstanceOf(ChatMemberLeft.class);
        assertThat(api.call(GetFile.of("f")).filePath()).isEqualTo("documents/1.bin");
        assertThat(api.call(DeleteMessage.of(1, 2))).isTrue();
        assertThat(api.call(EditMessageText.of().withInlineMessageId("i"))).isEmpty();
        assertThat(api.call(EditMessageText.of().withText("t")))
                .map(Message::text)
                .contains("hi");
        assertThat(api.call(GetChatMemberCount.of(-1))).isEqualTo(42);
        assertThat(api.call(RawCall.of("brandNew", "{}")).text()).isEqualTo("{\"new\":[1]}");
    }

    @Test
    void tooManyRequestsSayHowLongToWait() {
        transport
                .answer(
                        429,
                        "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after 9\",\"parameters\":{\"retry_after\":9}}")
                .answer(429, "<html>", Map.of("RETRY-after", "4"))
                .answer(429, "{\"ok\":false,\"error_code\":429,\"description\":\"Too Many Requests: retry after 3\"}")
                .answer(429, "");

        for (int seconds : new int[] {9, 4, 3, 1})
            assertThatThrownBy(() -> api.call(GetMe.of()))
                    .isInstanceOfSatisfying(
                            ApiException.FloodWait.class,
                            e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(seconds)));
    }

    @Test
    void aRefusalTellsCodeWordsAndWhereTheGroupWent() {
        transport.answer(
                400,
                "{\"ok\":false,\"error_code\":400,\"description\":\"Bad Request: group chat was upgraded to a supergroup chat\",\"parameters\":{\"migrate_to_chat_id\":-100123}}");

        var refused = catchThrowableOfType(ApiException.Rejected.class, () -> api.call(SendMessage.of(-5, "x")));

        assertThat(refused.errorCode()).isEqualTo(400);
        assertThat(refused.migrateToChatId()).isEqualTo(-100123);
        assertThat(refused).hasMessage("sendMessage: 400 Bad Request: group chat was upgraded to a supergroup chat");
    }

    @Test
    void everyRefusalIsRejectedEvenWithoutJson() {
        for (int status : new int[] {400, 401, 403, 404, 409, 413, 421}) {
            transport.answer(status, "<html>" + status + "</html>");
            assertThatThrownBy(() -> api.call(GetMe.of()))
                    .isInstanceOfSatisfying(
                            ApiException.Rejected.class,
                            e -> assertThat(e.errorCode()).isEqualTo(status));
        }
    }

    @Test
    void whatIsNoAnswerMayHaveHappened() {
        Map<String, Integer> answers = Map.of(
                "<html>502</html>", 502,
                "{\"ok\":false,\"error_code\":500,\"description\":\"Internal Server Error: restart\"}", 500,
                "", 200,
                "{\"ok\":true}", 200,
                "{\"ok\":true,\"result\":[]}", 200,
                "{\"ok\":true,\"result\":{\"message_id\":", 200,
                "<a>login to this wifi</a>", 302,
                "[]", 200);
        answers.forEach((body, status) -> {
            transport.answer(status, body);
            assertThatThrownBy(() -> api.call(SendMessage.of(1, "x")))
                    .as(body)
                    .isInstanceOfSatisfying(TransportException.class, e -> {
                        assertThat(e.happened()).isEqualTo(Happened.UNKNOWN);
                        assertThat(e.status()).isEqualTo(status);
                    });
        });
    }

    @Test
    void aPollThatIsRefusedOrGarbledIsTold() {
        transport
                .answer(
                        409,
                        "{\"ok\":false,\"error_code\":409,\"description\":\"Conflict: terminated by other getUpdates request\"}")
                .answer(200, "{\"ok\":true,\"result\":[{\"update_id\":1,\"message\":{\"text\":\"cut")
                .answer(200, "{\"ok\":true,\"result\":true}");

        assertThatThrownBy(() -> api.getUpdates(GetUpdates.of())).isInstanceOf(ApiException.Rejected.class);
        assertThatThrownBy(() -> api.getUpdates(GetUpdates.of()))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        cut -> assertThat(cut.brokenUpdate(0)).hasToString("RawUpdate[1 , 37 bytes]"));
        assertThatThrownBy(() -> api.getUpdates(GetUpdates.of()))
                .isInstanceOfSatisfying(
                        TransportException.class,
                        other -> assertThat(other.brokenUpdate(1)).isNull());
    }

    @Test
    void anAnswerBeyondTheLimitIsRefused() {
        var small = new BotApi(ApiOptions.defaults().withMaxAnswerBytes(30), TOKEN, transport);
        transport.answer(200, "{\"ok\":true,\"result\":" + MESSAGE + "}");

        assertThatThrownBy(() -> small.call(GetMe.of()))
                .isInstanceOf(TransportException.class)
                .hasMessage("getMe: the answer is larger than the limit of 30 bytes");
    }

    @Test
    void aFileIsFetchedFromBesideTheApi() throws Exception {
        transport.answer(200, "content").answer(200, "content").answer(200, "content");
        var out = new ByteArrayOutputStream();

        assertThat(api.download("documents/a file.bin", 7, out)).isEqualTo(7);
        assertThat(out.toString(UTF_8)).isEqualTo("content");
        new BotApi(
                        ApiOptions.defaults()
                                .withBase(URI.create("http://localhost:8081/prefix/"))
                                .withTestServers(true),
                        TOKEN,
                        transport)
                .download("x", 7, out);
        new BotApi(ApiOptions.defaults().withFileBase(URI.create("https://files.example")), TOKEN, transport)
                .download("x", 7, out);

        String bot = "/bot" + TOKEN.value();
        assertThat(transport.asked)
                .extracting(asked -> asked.request().uri().toString())
                .containsExactly(
                        "https://api.telegram.org/file" + bot + "/documents/a%20file.bin",
                        "http://localhost:8081/prefix/file" + bot + "/test/x",
                        "https://files.example" + bot + "/x");
    }

    @Test
    void aFileIsRefusedForItsStatusSizeOrPath() {
        transport
                .answer(404, "{\"ok\":false,\"error_code\":404,\"description\":\"Not Found\"}")
                .answer(200, "12345678", Map.of("Content-Length", "8"))
                .answer(200, "12345678");
        var out = new ByteArrayOutputStream();

        assertThatThrownBy(() -> api.download("gone", 7, out)).isInstanceOf(ApiException.Rejected.class);
        assertThatThrownBy(() -> api.download("big", 7, out)).isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> api.download("big", 7, out)).isInstanceOf(TransportException.class);
        assertThatThrownBy(() -> api.download("a/../../botX/getMe", 7, out))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> api.download("/etc/hostname", 7, out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("localFiles");
        assertThat(out.size()).isZero();
    }

    @Test
    void aLocalServersFileIsReadFromDisk(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("f"), "local");
        var local = new BotApi(ApiOptions.defaults().withLocalFiles(true), TOKEN, transport);
        var out = new ByteArrayOutputStream();

        assertThat(local.download(file.toAbsolutePath().toString(), 5, out)).isEqualTo(5);
        assertThat(out.toString(UTF_8)).isEqualTo("local");
        assertThatThrownBy(() -> local.download(file.toAbsolutePath().toString(), 4, out))
                .isInstanceOf(TransportException.class);
    }

    @Test
    void onlyATransportOfItsOwnIsClosed() throws IOException {
        api.close();

        assertThat(transport.closed).isFalse();
    }
}
