package io.botmesh.bot;

/**
 * What to do about answers to polls that cannot be split: the same question would get the same answer for ever. After a few
 * of them updates are asked for one by one, which gets those before the culprit through, and at last the culprit alone is
 * given up. When answers are whole again, more are asked for, twice as many with each. For the one thread that polls.
 */
final class BrokenAnswers {
    /** So many in a row are not taken for a passing trouble of the network. */
    static final int ENOUGH = 3;

    private int most = Integer.MAX_VALUE;
    private int inARow;

    /** How many updates to ask for. */
    int limit(int wanted) {
        return Math.min(wanted, most);
    }

    void onWhole() {
        inARow = 0;
        if (most <= Integer.MAX_VALUE / 2) most *= 2;
        else most = Integer.MAX_VALUE;
    }

    /** An answer to a poll for so many updates was broken. Whether its first update is set aside now. */
    boolean isSetAside(int asked) {
        // Once it goes one by one, a broken answer to more than one says at once that it has been too many.
        if (++inARow < ENOUGH && (asked == 1 || most == Integer.MAX_VALUE)) return false;
        inARow = 0;
        most = 1;
        return asked == 1;
    }
}
