package io.botmesh.cli;

/** What the process tells its caller. */
final class ExitCodes {
    static final int OK = 0;
    /** It failed at run time; trying again later or elsewhere may work. */
    static final int FAILED = 1;
    /** The command line, or a file it names, is wrong; trying again will not help. */
    static final int WRONG_USE = 2;
    /** Whoever reads the result has seen enough; what a shell says of a program that SIGPIPE has ended. */
    static final int UNREAD = 128 + 13;

    private ExitCodes() {}
}
