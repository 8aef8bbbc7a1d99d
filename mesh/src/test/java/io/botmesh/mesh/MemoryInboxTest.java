package io.botmesh.mesh;

class MemoryInboxTest extends InboxContract {
    @Override
    protected Inbox open() {
        return new MemoryInbox();
    }

    @Override
    protected Inbox reopen(Inbox inbox) {
        return inbox; // lives and dies with its process
    }
}
