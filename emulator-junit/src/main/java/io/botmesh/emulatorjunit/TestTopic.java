package io.botmesh.emulatorjunit;

/** A topic of a forum. Whoever waits there passes over what is said in other topics. */
public final class TestTopic implements Recipient {
    private final TestChat forum;
    private final int threadId;
    private final String name;

    TestTopic(TestChat forum, int threadId, String name) {
        this.forum = forum;
        this.threadId = threadId;
        this.name = name;
    }

    /** The forum's. */
    @Override
    public long id() {
        return forum.id();
    }

    /** As bots know it, {@code message_thread_id}. */
    public int threadId() {
        return threadId;
    }

    public String name() {
        return name;
    }

    public TestChat forum() {
        return forum;
    }

    @Override
    public String toString() {
        return forum + ", topic " + name;
    }
}
