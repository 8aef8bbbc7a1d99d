package io.botmesh.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulatorjunit.MessageView;
import io.botmesh.world.Limits;
import io.botmesh.world.Reply;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a person does with a bot that polls and knows files, albums, channels and limits as well. */
abstract class AssistantScenarios extends TalkScenarios {
    @Test
    void chatsAreKeptApart() throws Exception {
        start();
        var bob = telegram.person("Bob");
        for (int i = 0; i < 3; i++) ann.says(bot, "again");
        bob.says(bot, "once");
        ann.says(bot, "/seen");
        bob.says(bot, "/seen");
        assertThat(ann.awaitReply(bot, reply -> reply.text().contains("messages"))
                        .text())
                .isEqualTo("4 messages");
        assertThat(bob.awaitReply(bot, reply -> reply.text().contains("messages"))
                        .text())
                .isEqualTo("2 messages");
    }

    @Test
    void aKeyboardThatGoesAfterUse() throws Exception {
        start();
        ann.says(bot, "/colour");
        ann.awaitReply(bot);
        assertThat(ann.keyboard(bot)).containsExactly("Red", "Blue");
        ann.presses("Blue");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Painted Blue");
        assertThat(ann.keyboard(bot)).isEmpty();
    }

    @Test
    void aFileDownAndUpAgain() throws Exception {
        start();
        exchangeAFile();
    }

    void exchangeAFile() throws GeneralSecurityException {
        var bytes = new byte[1_500_000];
        new Random(11).nextBytes(bytes);
        ann.sends(bot, "päper.bin", bytes);
        var copy = ann.awaitReply(bot);
        assertThat(copy.text())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
        assertThat(copy.media()).hasValueSatisfying(file -> {
            assertThat(file.name()).isEqualTo("copy of päper.bin");
            assertThat(file.bytes()).isEqualTo(bytes);
        });
    }

    @Test
    void anAlbumOfDocuments() throws Exception {
        receiveAnAlbum();
    }

    void receiveAnAlbum() throws Exception {
        start();
        ann.says(bot, "/album");
        var album = ann.awaitAlbum(bot);
        assertThat(album).extracting(MessageView::text).containsExactly("one", "", "three");
        assertThat(album)
                .extracting(item -> new String(item.media().orElseThrow().bytes(), UTF_8))
                .containsExactly("first", "second", "third");
    }

    @Test
    void editsAndDeletions() throws Exception {
        start();
        ann.says(bot, "/countdown");
        assertThat(ann.awaitEdit(bot).text()).isEqualTo("2");
        var last = ann.awaitEdit(bot);
        assertThat(last.text()).isEqualTo("1");
        ann.awaitDeletion(last);
        assertThat(ann.awaitReply(bot, reply -> reply.text().equals("Lift-off")).id())
                .isGreaterThan(last.id());
        assertThat(ann.sees(bot)).extracting(MessageView::text).containsExactly("/countdown", "Lift-off");
    }

    @Test
    void aChannelThatItWritesToAndListensTo() throws Exception {
        start();
        var news = telegram.channel("News").withAdmin(bot).withAdmin(ann);
        ann.says(bot, "/publish " + news.id() + " It rains");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("Published in News");
        assertThat(ann.awaitReply(news).text()).isEqualTo("It rains");
        assertThat(ann.awaitEdit(news).text()).isEqualTo("It rains (edited)");
        var post = ann.says(news, "No more");
        var answer = ann.awaitReply(news);
        assertThat(answer.text()).isEqualTo("Read: No more");
        assertThat(answer.replyTo()).hasValue(post.id());
        assertThat(bot.calls("pinChatMessage")).singleElement().matches(call -> call.isOk());
    }

    @Test
    void aBotThatIsTooFastWaitsAsLongAsItIsTold() throws Exception {
        receiveABurst();
    }

    void receiveABurst() throws Exception {
        start();
        telegram.emulator().world().limits(Limits.PAPER);
        ann.says(bot, "/burst 5");
        for (int i = 1; i <= 5; i++) assertThat(ann.awaitReply(bot).text()).isEqualTo("burst " + i);
        assertThat(bot.calls("sendMessage"))
                .anyMatch(call -> call.reply() instanceof Reply.Failure failure && failure.code() == 429);
    }

    /** Two programs of one bot: one of them was told, and messages are answered all the same. */
    void startTwice() throws Exception {
        start();
        start();
        bot.awaitCall(call -> call.method().equals("getUpdates")
                && call.reply() instanceof Reply.Failure failure
                && failure.code() == 409);
        ann.says(bot, "is anybody there?");
        assertThat(ann.awaitReply(bot).text()).isEqualTo("is anybody there?");
    }
}
