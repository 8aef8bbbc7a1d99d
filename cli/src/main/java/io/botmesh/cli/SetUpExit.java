package io.botmesh.cli;

/**
 * For code of the user's that runs before the bot does: if it calls {@link System#exit}, a line says so, as nothing else would. After a
 * signal there is nothing to say.
 */
final class SetUpExit {
    private final Terminal terminal;
    private final Thread hook = new Thread(this::tell, "set-up-exit");

    private SetUpExit(Terminal terminal) {
        this.terminal = terminal;
    }

    /** From now on, until the set-up has ended and this is closed. */
    static SetUpExit watch(Terminal terminal) {
        var watch = new SetUpExit(terminal);
        Runtime.getRuntime().addShutdownHook(watch.hook);
        return watch;
    }

    private void tell() { // on the thread "set-up-exit"
        var stacks = Thread.getAllStackTraces().values();
        if (StopSignal.isBySignal(stacks)) return;
        // Whose thread is in none of them has called it on a virtual one.
        var place = stacks.stream()
                .filter(SetUpExit::isInExit)
                .findFirst()
                .map(UserCode::place)
                .orElse("");
        terminal.say("botmesh: System.exit was called in the set-up of the bot" + place);
    }

    private static boolean isInExit(StackTraceElement[] stack) {
        for (var frame : stack)
            if (frame.getClassName().equals("java.lang.Runtime")
                    && frame.getMethodName().equals("exit")) return true;
        return false;
    }

    void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The program ends already, and the hook tells why.
        }
    }
}
