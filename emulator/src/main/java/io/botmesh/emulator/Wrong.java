package io.botmesh.emulator;

/** A call of the control API that cannot be carried out: its status, and one line that says what to do. */
final class Wrong extends Exception {
    private final int status;

    Wrong(int status, String why) {
        super(why, null, false, false);
        this.status = status;
    }

    Wrong(String why) {
        this(400, why);
    }

    int status() {
        return status;
    }

    String why() {
        return String.valueOf(getMessage());
    }
}
