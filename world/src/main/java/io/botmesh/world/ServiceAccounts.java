package io.botmesh.world;

/** Accounts of the server itself, which stand for somebody who is not shown. */
final class ServiceAccounts {
    /** Brings the posts of a channel into its discussion group. */
    static final Account TELEGRAM = new Account(777_000, false, "Telegram", null, null, null);

    /** Stands for administrators who do not want to be seen. */
    static final Account ANONYMOUS = new Account(1_087_968_824, true, "Group", null, "GroupAnonymousBot", null);

    /** Stands for channels that speak in groups. */
    static final Account CHANNEL = new Account(136_817_688, true, "Channel", null, "Channel_Bot", null);

    private ServiceAccounts() {}
}
