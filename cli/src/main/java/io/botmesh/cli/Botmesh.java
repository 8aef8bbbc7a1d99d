package io.botmesh.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code botmesh} command. Exit codes: 0 it worked, 1 it failed, 2 it was used wrongly, 141 nobody reads its result. */
@Command(
        name = "botmesh",
        description = "A mesh of programs over Telegram bots, and the Bot API server to try it offline.",
        versionProvider = Botmesh.Version.class,
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        usageHelpAutoWidth = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:it worked",
            "1:it failed; one line on standard error says why",
            "2:wrong use",
            "141:nobody reads the result any more"
        },
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            EmulatorCommand.class,
            SendCommand.class,
            ReceiveCommand.class,
            JournalCommand.class,
            PeersCommand.class,
            SimCommand.class,
            QuasiCommand.class,
            LinkCommand.class,
            RequestCommand.class,
            PubCommand.class,
            SubCommand.class,
            AsideCommand.class,
            DemoNodeCommand.class,
            DemoReaderCommand.class,
            WarmUpCommand.class
        })
public final class Botmesh implements Runnable {
    @Option(names = "--json", description = "Print one JSON object instead of text.", scope = ScopeType.INHERIT)
    private boolean json;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final Terminal terminal;

    Botmesh(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // Before anything logs: the configuration of the log reads these.
        boolean debug = Arrays.asList(arguments).contains("--debug");
        System.setProperty("botmesh.log", debug ? "INFO" : "WARN");
        System.setProperty("botmesh.traces", debug ? "ex" : "nopex");
        var terminal = new Terminal(
                new FileInputStream(FileDescriptor.in),
                new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                new FileOutputStream(FileDescriptor.err));
        System.exit(run(terminal, arguments));
    }

    /** Runs one command to its end. */
    static int run(Terminal terminal, String... arguments) {
        terminal.debug(Arrays.asList(arguments).contains("--debug"));
        var line = CommandLineWords.install(new CommandLine(new Botmesh(terminal)))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedOptionsAllowed(false)
                .setExpandAtFiles(false) // @name is a channel, and may be a file
                .setOut(new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8))
                .setParameterExceptionHandler((wrong, given) -> wrongUse(terminal, wrong))
                .setExecutionExceptionHandler((broken, command, parsed) -> Failures.report(terminal, broken));
        try {
            int exitCode = line.execute(arguments);
            if (exitCode == ExitCodes.OK) terminal.checkPrinted(); // the help is not ours to print
            return exitCode;
        } catch (CommandException | Error broken) {
            return Failures.report(terminal, broken);
        } finally {
            terminal.out().flush();
        }
    }

    private static int wrongUse(Terminal terminal, ParameterException wrong) {
        String help = wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help";
        terminal.fail(CommandLineWords.of(wrong) + "; see " + help, wrong);
        return ExitCodes.WRONG_USE;
    }

    @Option(
            names = "--debug",
            description = "Log more, and print the stack trace of what fails.",
            scope = ScopeType.INHERIT)
    void debug(boolean on) {
        if (on) terminal.debug(true);
    }

    boolean json() {
        return json;
    }

    Terminal terminal() {
        return terminal;
    }

    /** Called when no command is named. */
    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "name a command: demo, run, emulator, send, receive, peers or sim");
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            try (InputStream in = Botmesh.class.getResourceAsStream("version.txt")) {
                String version = in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
                return new String[] {"botmesh " + version};
            }
        }
    }
}
