package io.botmesh.e2e;

import io.botmesh.e2e.BotmeshProcess.Ended;
import io.botmesh.emulator.Emulator;
import io.botmesh.emulator.EmulatorOptions;
import io.botmesh.world.Admin;
import io.botmesh.world.BotAccount;
import io.botmesh.world.Channel;
import io.botmesh.world.Limits;
import io.botmesh.world.Outgoing;
import io.botmesh.world.Person;
import io.botmesh.world.Right;
import io.botmesh.world.WorldOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A server, a channel, a reader bot and two writer bots, and the files that two shells would have. */
final class SendScene implements AutoCloseable {
    /** Another channel, which has a name, for the reader and the first writer. */
    static final String PUBLIC = "@scene_channel";

    private final Path directory;
    private final Emulator emulator;
    private final BotAccount reader;
    private final BotAccount writer;
    private final BotAccount stranger;
    private final Person owner;
    private final Channel channel;

    SendScene() {
        try {
            directory = Files.createTempDirectory("botmesh-e2e-");
            Files.createDirectory(directory.resolve("tmp"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        emulator = Emulator.start(
                EmulatorOptions.defaults().withWorld(WorldOptions.defaults().withLimits(Limits.PAPER)));
        var world = emulator.world();
        reader = world.addBot("reader_bot");
        writer = world.addBot("writer_bot");
        var second = world.addBot("second_writer_bot");
        stranger = world.addBot("stranger_bot");
        owner = world.addUser("Owner", null);
        channel = world.addChannel(
                "Channel",
                null,
                List.of(
                        new Admin(reader.id(), Set.of()),
                        Admin.of(writer.id(), Right.POST_MESSAGES),
                        Admin.of(second.id(), Right.POST_MESSAGES),
                        Admin.of(owner.id(), Right.POST_MESSAGES)));
        world.addChannel(
                "Public",
                PUBLIC.substring(1),
                List.of(new Admin(reader.id(), Set.of()), Admin.of(writer.id(), Right.POST_MESSAGES)));
        tokens("writer.tokens", writer.token(), second.token());
        tokens("reader.token", reader.token());
        tokens("stranger.token", stranger.token());
    }

    String api() {
        return emulator.api().toString();
    }

    String channel() {
        return String.valueOf(channel.id());
    }

    long strangerId() {
        return stranger.id();
    }

    String writerTokens() {
        return file("writer.tokens").toString();
    }

    Path journal() {
        return file("journal.db");
    }

    Path temporary() {
        return directory.resolve("tmp");
    }

    Path file(String name) {
        return directory.resolve(name);
    }

    /** A token file that only its owner may read. */
    String tokens(String name, String... tokens) {
        try {
            Path file = Files.write(file(name), List.of(tokens));
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return file.toString();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** A person posts in the channel. */
    void say(String text) {
        emulator.world().people().say(owner.id(), channel.id(), Outgoing.text(text));
    }

    /** True if any of the scene's tokens is in that text. */
    boolean showsToken(String text) {
        return List.of(reader, writer, stranger).stream()
                .anyMatch(bot -> text.contains(bot.token().substring(bot.token().indexOf(':') + 1)));
    }

    Ended send(byte[] message) throws InterruptedException {
        return BotmeshProcess.run(
                temporary(), message, "send", "--api", api(), "--token-file", writerTokens(), "--channel", channel());
    }

    Ended receive(String... more) throws InterruptedException {
        return run(receiving(more));
    }

    /** The command line of a reader that listens to this channel only, so that it says nothing about waiting. */
    String[] receiving(String... more) {
        var arguments = new ArrayList<>(List.of(
                "receive", "--api", api(), "--token-file", file("reader.token").toString()));
        arguments.addAll(List.of("--channel", channel(), "--journal", journal().toString()));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    Ended run(String... arguments) throws InterruptedException {
        return BotmeshProcess.run(temporary(), arguments);
    }

    @Override
    public void close() throws IOException {
        emulator.close();
        try (var all = Files.walk(directory)) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(path);
        }
    }
}
