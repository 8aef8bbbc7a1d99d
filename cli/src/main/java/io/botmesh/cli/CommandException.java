package io.botmesh.cli;

/** Why a command ends early: one line that says what to do, and the exit code. The message never holds a token. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exitCode;

    private CommandException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    private CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    /** What was asked for was right but did not work: exit code 1. */
    static CommandException failed(String message) {
        return new CommandException(ExitCodes.FAILED, message);
    }

    static CommandException failed(String message, Throwable cause) {
        return new CommandException(ExitCodes.FAILED, message, cause);
    }

    /** The command line, or a file it names, is wrong: exit code 2. */
    static CommandException wrongUse(String message) {
        return new CommandException(ExitCodes.WRONG_USE, message);
    }

    static CommandException wrongUse(String message, Throwable cause) {
        return new CommandException(ExitCodes.WRONG_USE, message, cause);
    }

    /** Nobody reads the result any more. That is the reader's choice, and no failure to tell of. */
    static CommandException unread() {
        return new CommandException(ExitCodes.UNREAD, "nobody reads the result any more");
    }

    String message() {
        return String.valueOf(getMessage());
    }

    int exitCode() {
        return exitCode;
    }
}
