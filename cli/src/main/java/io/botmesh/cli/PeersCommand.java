package io.botmesh.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code botmesh peers}: the files that say who is who in a mesh. */
@Command(
        name = "peers",
        description = {
            "Make and check the files that say who is who in a mesh.",
            "They are mesh.peers, which everybody has, and NAME.secrets, which its node alone has."
        },
        subcommands = {PeersInitCommand.class, PeersShowCommand.class, PeersCheckCommand.class, PeersRotateCommand.class
        })
final class PeersCommand {
    @ParentCommand
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Botmesh botmesh;

    Botmesh botmesh() {
        return botmesh;
    }
}
