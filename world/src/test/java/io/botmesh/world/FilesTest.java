package io.botmesh.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class FilesTest {
    private final Scene scene = new Scene();
    private final BotAccount bot = scene.world.addBot("one_bot");
    private final BotAccount other = scene.world.addBot("two_bot");
    private final Channel channel =
            scene.world.addChannel("c", null, List.of(Admin.full(bot.id()), Admin.full(other.id())));

    /** A file of any size that has no bytes. */
    private static Blob sized(long size) {
        return new Blob() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                throw new IOException("no bytes");
            }
        };
    }

    private JsonNode seen(BotAccount by) {
        var updates = scene.updates(by);
        return updates.get(updates.size() - 1).get("channel_post").get("document");
    }

    @Test
    void aDocumentIsDescribedByNameTypeAndIds() {
        var document = scene.document(bot, channel.id(), "dir/notes.TXT", new byte[7], "caption", " see ")
                .get("document");
        assertThat(document.propertyNames())
                .containsExactly("file_name", "mime_type", "file_id", "file_unique_id", "file_size");
        assertThat(document.get("file_name").asString()).isEqualTo("notes.TXT");
        assertThat(document.get("mime_type").asString()).isEqualTo("text/plain");
        assertThat(document.get("file_size").asInt()).isEqualTo(7);
    }

    @Test
    void fileIdsBelongToABotAndUniqueIdsToTheFile() {
        var mine = scene.document(bot, channel.id(), "a.bin", new byte[7]).get("document");
        var theirs = seen(other);
        assertThat(theirs.get("file_unique_id")).isEqualTo(mine.get("file_unique_id"));
        assertThat(theirs.get("file_id")).isNotEqualTo(mine.get("file_id"));
        var foreign = mine.get("file_id").asString();
        assertThat(scene.refusal(other, "getFile", "file_id", foreign))
                .isEqualTo("400 Bad Request: wrong file_id or the file is temporarily unavailable");
        assertThat(scene.refusal(other, "sendDocument", "chat_id", Scene.text(channel.id()), "document", foreign))
                .isEqualTo("400 Bad Request: wrong file identifier/HTTP URL specified");
        var again = scene.ok(bot, "sendDocument", "chat_id", Scene.text(channel.id()), "document", foreign);
        assertThat(again.get("document")).isEqualTo(mine);
    }

    @Test
    void getFileOpensALinkThatCountsPerBotAndForgetsTheName() throws IOException {
        var content = new byte[] {1, 2, 3};
        scene.document(bot, channel.id(), "secret name.PDF", content);
        var id = seen(other).get("file_id").asString();
        var file = scene.ok(other, "getFile", "file_id", id);
        assertThat(file.propertyNames()).containsExactly("file_id", "file_unique_id", "file_size", "file_path");
        assertThat(file.get("file_path").asString()).isEqualTo("documents/file_0.pdf");
        var stored = Objects.requireNonNull(scene.world.file(other.token(), "documents/file_0.pdf"));
        try (var bytes = stored.content().open()) {
            assertThat(bytes.readAllBytes()).isEqualTo(content);
        }
        assertThat(scene.world.file(bot.token(), "documents/file_0.pdf")).isNull();
        assertThat(scene.ok(other, "getFile", "file_id", id).get("file_path").asString())
                .isEqualTo("documents/file_0.pdf");
    }

    @Test
    void aLinkLivesAnHourAfterTheLastGetFile() {
        var id = scene.document(bot, channel.id(), "a.bin", new byte[1])
                .get("document")
                .get("file_id")
                .asString();
        scene.ok(bot, "getFile", "file_id", id);
        scene.seconds(3_600);
        assertThat(scene.world.file(bot.token(), "documents/file_0.bin")).isNotNull();
        scene.seconds(1);
        assertThat(scene.world.file(bot.token(), "documents/file_0.bin")).isNull();
        scene.ok(bot, "getFile", "file_id", id);
        assertThat(scene.world.file(bot.token(), "documents/file_0.bin")).isNotNull();
    }

    @Test
    void aHostedBotCanSendFiftyMegabytesAndFetchTwentyMebibytes() {
        assertThat(Scene.refusal(Scene.now(scene.sendDocument(bot, channel.id(), "a.bin", sized((50L << 20) + 1)))))
                .isEqualTo("413 Request Entity Too Large");
        var sent = Scene.ok(Scene.now(scene.sendDocument(bot, channel.id(), "a.bin", sized((20L << 20) + 1))));
        assertThat(scene.refusal(
                        bot,
                        "getFile",
                        "file_id",
                        sent.get("document").get("file_id").asString()))
                .isEqualTo("400 Bad Request: file is too big");
        var fits = Scene.ok(Scene.now(scene.sendDocument(bot, channel.id(), "b.bin", sized(20L << 20))));
        assertThat(scene.ok(
                                bot,
                                "getFile",
                                "file_id",
                                fits.get("document").get("file_id").asString())
                        .has("file_path"))
                .isTrue();
    }

    @Test
    void aLocalServerHasNoCapsAndNamesTheFileItself(@TempDir Path directory) throws IOException {
        var local = new Scene(WorldOptions.defaults().withProfile(Profile.LOCAL));
        var one = local.world.addBot("one_bot");
        var home = local.world.addChannel("c", null, List.of(Admin.full(one.id())));
        var path = Files.write(directory.resolve("upload"), new byte[5]);
        var sent = Scene.ok(Scene.now(local.sendDocument(one, home.id(), "a.bin", Blob.of(path))));
        assertThat(local.ok(
                                one,
                                "getFile",
                                "file_id",
                                sent.get("document").get("file_id").asString())
                        .get("file_path")
                        .asString())
                .isEqualTo(path.toAbsolutePath().toString());
        assertThat(local.sendDocument(one, home.id(), "a.bin", sized(1L << 31))).isDone();
    }

    @Test
    void whatIsNoFileSaysSo() {
        var chat = Scene.text(channel.id());
        assertThat(scene.refusal(bot, "sendDocument", "chat_id", chat))
                .isEqualTo("400 Bad Request: there is no document in the request");
        assertThat(Scene.refusal(Scene.now(scene.sendDocument(bot, channel.id(), "a.bin", sized(0)))))
                .isEqualTo("400 Bad Request: file must be non-empty");
        assertThat(scene.refusal(bot, "getFile")).isEqualTo("400 Bad Request: file_id not specified");
        assertThat(scene.refusal(bot, "getFile", "file_id", "AgADBAAD")).isEqualTo("400 Bad Request: invalid file_id");
        assertThat(scene.refusal(bot, "sendDocument", "chat_id", chat, "document", "https://example.org/a.pdf"))
                .isEqualTo("400 Bad Request: failed to get HTTP URL content");
    }

    @Test
    void anUploadMayBeNamedByReference() {
        var arguments = Arguments.builder()
                .add("chat_id", Scene.text(channel.id()))
                .add("document", "attach://part7")
                .add(new Upload("part7", "x.bin", "", Blob.of(new byte[4])))
                .build();
        assertThat(Scene.ok(Scene.now(scene.send(bot, "sendDocument", arguments)))
                        .get("document")
                        .get("file_size")
                        .asInt())
                .isEqualTo(4);
    }

    @Test
    void aCaptionHas1024CharactersAtMost() {
        assertThat(scene.document(bot, channel.id(), "a.bin", new byte[1], "caption", "\ud83d\ude00".repeat(1024))
                        .has("caption"))
                .isTrue();
        assertThat(Scene.refusal(Scene.now(
                        scene.sendDocument(bot, channel.id(), "a.bin", sized(1), "caption", "x".repeat(1025)))))
                .isEqualTo("400 Bad Request: message caption is too long");
        assertThat(scene.document(bot, channel.id(), "a.bin", new byte[1], "caption", " ")
                        .has("caption"))
                .isFalse();
    }

    @Test
    void someNamesMakeADocumentSomethingElseUnlessDetectionIsOff() {
        assertThat(scene.document(bot, channel.id(), "a.gif", new byte[1]).propertyNames())
                .contains("animation", "document");
        assertThat(scene.document(bot, channel.id(), "a.mp4", new byte[1]).propertyNames())
                .contains("video")
                .doesNotContain("document");
        assertThat(scene.document(bot, channel.id(), "a.gif", new byte[1], "disable_content_type_detection", "true")
                        .propertyNames())
                .contains("document")
                .doesNotContain("animation");
    }

    @Test
    void aBotGetsItsOwnFileIdsInsideAnAnsweredMessageToo() {
        int id = Scene.id(scene.document(bot, channel.id(), "a.bin", new byte[1]));
        scene.ok(
                bot,
                "sendMessage",
                "chat_id",
                Scene.text(channel.id()),
                "text",
                "x",
                "reply_to_message_id",
                Scene.text(id));
        var updates = scene.updates(other);
        var answered = updates.get(updates.size() - 1)
                .get("channel_post")
                .get("reply_to_message")
                .get("document");
        assertThat(scene.ok(other, "getFile", "file_id", answered.get("file_id").asString())
                        .has("file_path"))
                .isTrue();
    }
}
