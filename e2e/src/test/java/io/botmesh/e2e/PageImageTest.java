package io.botmesh.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Admin;
import io.botmesh.world.Arguments;
import io.botmesh.world.Blob;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Call;
import io.botmesh.world.Fault;
import io.botmesh.world.Limits;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Reply;
import io.botmesh.world.Upload;
import io.botmesh.world.VirtualClock;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The picture of the page in the guide: the same scene at the same time each time, so that it only changes with the page. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PageImageTest {
    private static final int MOST_BYTES = 300_000;

    private final Emulator emulator = Emulator.start(
            EmulatorOptions.defaults().withClock(new VirtualClock(Instant.parse("2026-03-02T09:41:00Z"))));

    @BeforeAll
    static void prepare() throws Exception {
        PageDriver.prepare();
    }

    @AfterEach
    void close() {
        emulator.close();
    }

    @Test
    void thePageMakesAPictureOfItself() throws Exception {
        var image = PageDriver.HERE.resolve("target/emulator.png");
        Files.createDirectories(image.getParent());
        Files.deleteIfExists(image);
        setTheScene();
        PageDriver.drive("image", emulator, asked -> {});
        assertThat(image).exists();
        assertThat(Files.size(image)).isLessThan(MOST_BYTES);
    }

    private void setTheScene() throws IOException {
        var world = emulator.world();
        world.limits(Limits.PAPER);
        var ann = world.addUser("Ann", "ann");
        var ben = world.addUser("Ben", null);
        var coffee = world.addBot("coffee_bot");
        var release = world.addBot("release_bot");
        var alerts = world.addBot("alerts_bot");
        var kitchen = world.addGroup("Office kitchen", null, List.of(Admin.full(ann.id()), Admin.full(coffee.id())));
        world.chats().join(kitchen.id(), ben.id());
        var news = world.addChannel(
                "Release notes", "release_notes", List.of(Admin.full(release.id()), Admin.full(ann.id())));
        done(release, "sendMessage", "chat_id", id(news.id()), "parse_mode", "HTML", "text", "<b>1.4 is out</b>");
        world.people().say(ben.id(), kitchen.id(), Outgoing.text("Is there any coffee left?"));
        world.people().say(ann.id(), alerts.id(), Outgoing.text("/start"));
        done(alerts, "sendMessage", "chat_id", id(ann.id()), "text", "All systems are up.");
        emulator.advance(Duration.ofMinutes(1));

        var chat = id(ann.id());
        world.people().say(ann.id(), coffee.id(), Outgoing.text("/start"));
        done(
                coffee,
                "sendMessage",
                "chat_id",
                chat,
                "parse_mode",
                "HTML",
                "text",
                "Good morning, <b>Ann</b>! What may it be?\n<blockquote>Freshly ground at <u>9:30</u></blockquote>"
                        + "Order with a button, or with /menu",
                "reply_markup",
                "{\"inline_keyboard\":[[{\"text\":\"Espresso\",\"callback_data\":\"e\"},{\"text\":\"Flat white\","
                        + "\"callback_data\":\"f\"}],[{\"text\":\"Prices\",\"url\":\"https://example.org/prices\"}]]}");
        emulator.advance(Duration.ofSeconds(30));
        world.people()
                .say(
                        ann.id(),
                        coffee.id(),
                        Outgoing.text("A flat white. How was last week?").withReplyTo(2));
        var photo = Arguments.builder()
                .add("chat_id", chat)
                .add("caption", "213 cups, mostly on Monday")
                .add(new Upload("photo", "week.png", "image/png", Blob.of(chart())))
                .build();
        assertThat(send(coffee, "sendPhoto", photo).join()).isInstanceOf(Reply.Ok.class);
        emulator.advance(Duration.ofSeconds(20));
        done(coffee, "sendPoll", "chat_id", chat, "question", "A break at three?", "options", "[\"Yes\",\"No\"]");
        world.people().opinions().vote(ann.id(), coffee.id(), 5, 0);
        world.people().opinions().react(ann.id(), coffee.id(), 4, "\uD83D\uDD25");
        done(
                coffee,
                "sendMessage",
                "chat_id",
                chat,
                "text",
                "Which milk?",
                "reply_markup",
                "{\"keyboard\":[[\"Cow\",\"Oat\",\"None\"]]}");
        world.faults().add(Fault.tooManyRequests(3).onMethods("editMessageText").times(1));
        var edit = Arguments.of("chat_id", chat, "message_id", "2", "text", "Good morning!");
        assertThat(send(coffee, "editMessageText", edit).join()).isInstanceOf(Reply.Failure.class);
    }

    private void done(BotAccount bot, String method, String... namesAndValues) {
        assertThat(send(bot, method, Arguments.of(namesAndValues)).join()).isInstanceOf(Reply.Ok.class);
    }

    private CompletableFuture<Reply> send(BotAccount bot, String method, Arguments arguments) {
        return emulator.world().call(new Call(bot.token(), false, method, arguments));
    }

    private static String id(long number) {
        return Long.toString(number);
    }

    /** A bar for each day, as a picture. */
    private static byte[] chart() throws IOException {
        var cups = new int[] {74, 46, 39, 31, 23};
        var image = new BufferedImage(480, 200, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.setColor(new Color(0xf6efe6));
        pen.fillRect(0, 0, 480, 200);
        for (int day = 0; day < cups.length; day++) {
            pen.setColor(new Color(0x8a5a2b).brighter());
            pen.fillRect(40 + day * 84, 180 - cups[day] * 2, 56, cups[day] * 2);
        }
        pen.setColor(new Color(0x5d4530));
        pen.fillRect(24, 180, 432, 2);
        pen.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
