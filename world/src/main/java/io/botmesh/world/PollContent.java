package io.botmesh.world;

/** A poll in a message. */
record PollContent(Poll poll) implements Content {
    @Override
    public boolean differsByBot(Message in) {
        return poll.differsByBot();
    }

    @Override
    public Content copied(Bot bot, long freshId) {
        return new PollContent(poll.again(freshId, bot));
    }

    @Override
    public void write(JsonWriter json, View view) {
        poll.write(json.name("poll"), view.viewer());
    }
}
