package io.botmesh.cli;

import io.botmesh.mesh.PeerFile;
import io.botmesh.mesh.PeerSecrets;
import io.botmesh.mesh.PeerView;
import io.botmesh.seal.KeyFile;
import io.botmesh.seal.Keyring;
import io.botmesh.seal.ReaderSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh peers rotate}: a new reader's key. */
@Command(
        name = "rotate",
        description = {
            "Give a node a new reader's key; the old one still opens for 48 hours.",
            "Give the changed mesh.peers to all nodes, and start them again, within that time."
        })
final class PeersRotateCommand implements Callable<Integer> {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeersCommand parent;

    @Mixin
    @SuppressWarnings("NullAway.Init") // set by picocli
    private PeerFolder folder;

    @Parameters(paramLabel = "NODE", description = "Whose secrets are here.")
    private String node = "";

    @Override
    public Integer call() throws IOException {
        var terminal = parent.botmesh().terminal();
        PeerView view = PeerFolder.told(terminal, () -> folder.view(node));
        PeerSecrets own = PeerFolder.told(terminal, () -> folder.own(node));
        if (view.self().reader() == null)
            throw CommandException.wrongUse(node + " only writes, so it has no reader's key to change");
        Instant now = Instant.now();
        Keyring ring = own.keys().keyring().expired(now).rotated(ReaderSecret.generate(), now, Keyring.LIFE);
        var keys = new KeyFile(own.keys().identity(), ring);
        String secrets = Files.readString(folder.secrets(node));
        char[] passphrase = PeerSecrets.isLocked(secrets) ? folder.givenPassphrase() : null;
        // The secret first: with the new public key alone nobody could open what is sealed to it.
        PeerFolder.replace(folder.secrets(node), PeerSecrets.withKeys(secrets, keys, passphrase), true);
        PeerFolder.replace(
                folder.peers(), PeerFile.withReader(Files.readString(folder.peers()), node, ring.current()), false);
        Instant until = now.plus(Keyring.LIFE);
        if (parent.botmesh().json())
            terminal.print(Json.write(
                    Map.of("node", node, "reader", ring.current().toString(), "old_until", until.toString())));
        else terminal.print(node + " has a new reader's key; give " + folder.peers() + " to all nodes before " + until);
        return ExitCodes.OK;
    }
}
