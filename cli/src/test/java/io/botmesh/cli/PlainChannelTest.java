package io.botmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.botmesh.cli.NodeScene.Said;
import io.botmesh.emulator.Emulator;
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Channel;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import io.botmesh.world.Right;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files in the clear, through channels that share one reader bot, over a real emulator. */
@Timeout(120)
class PlainChannelTest {
    @TempDir
    private Path folder;

    private final Emulator emulator = Emulator.start();
    private final BotAccount reader = emulator.world().addBot("reader_bot");
    private final BotAccount writer = emulator.world().addBot("writer_bot");
    private final Person owner = emulator.world().addUser("Owner", null);
    private final Channel one = channel("One");
    private final Channel other = channel("Other");

    @BeforeEach
    void keep() throws IOException {
        secret("reader.token", reader.token());
        secret("writer.tokens", writer.token());
    }

    @AfterEach
    void end() {
        emulator.close();
    }

    private Channel channel(String title) {
        return emulator.world()
                .addChannel(
                        title,
                        null,
                        List.of(
                                new Admin(reader.id(), Set.of()),
                                Admin.of(writer.id(), Right.POST_MESSAGES),
                                Admin.of(owner.id(), Right.POST_MESSAGES)));
    }

    private void secret(String name, String token) throws IOException {
        Path file = Files.writeString(folder.resolve(name), token + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private Said run(String command, String tokens, String... more) {
        var words = new ArrayList<>(List.of(command, "--api", emulator.api().toString()));
        words.addAll(List.of("--token-file", folder.resolve(tokens).toString()));
        words.addAll(List.of(more));
        return NodeScene.here(words.toArray(String[]::new));
    }

    private void send(Channel to, String text, String... more) throws IOException {
        var words = new ArrayList<>(List.of("--channel", String.valueOf(to.id())));
        words.addAll(List.of(more));
        words.add(Files.writeString(folder.resolve("message"), text).toString());
        Said said = run("send", "writer.tokens", words.toArray(String[]::new));
        assertThat(said.code()).as(said.err()).isZero();
    }

    private Said receive(String... more) {
        var words = new ArrayList<>(
                List.of("--journal", folder.resolve("journal.db").toString()));
        words.addAll(List.of(more));
        Said said = run("receive", "reader.token", words.toArray(String[]::new));
        assertThat(said.code()).as(said.err()).isZero();
        return said;
    }

    private String[] of(Channel channel) {
        return new String[] {"--channel", String.valueOf(channel.id())};
    }

    /** A bot has one queue of updates for all its channels, and reading on empties it. */
    @Test
    void filesOfOtherChannelsAreKeptForWhoTakesThem() throws Exception {
        send(other, "of the other", "--text-only");
        emulator.world().people().say(owner.id(), other.id(), Outgoing.text("people talk there, too"));
        send(other, "of the other as a document " + "x".repeat(100_000));
        send(one, "of the one");
        Said first = receive(of(one));
        assertThat(first.out()).isEqualTo("of the one");
        assertThat(first.err())
                .containsOnlyOnce("files of channel " + other.id() + " come too; they are kept")
                .containsOnlyOnce("\n");
        send(one, "of the one again");
        assertThat(receive(of(one)).out()).isEqualTo("of the one again");
        Said kept = receive(of(other));
        assertThat(List.of(kept.out(), receive(of(other)).out()))
                .containsExactlyInAnyOrder("of the other", "of the other as a document " + "x".repeat(100_000));
        assertThat(kept.err()).isEmpty();
    }

    @Test
    void whoTakesAllChannelsTakesWhatWasKeptFirst() throws Exception {
        send(other, "kept");
        send(one, "taken");
        assertThat(receive(of(one)).out()).isEqualTo("taken");
        assertThat(receive().out()).isEqualTo("kept");
    }
}
