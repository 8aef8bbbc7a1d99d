package io.botmesh.mesh;

import io.botmesh.botapi.Transport;
import io.botmesh.botapi.TransportException;
import io.botmesh.botapi.TransportException.Happened;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A way to the server that loses requests before they arrive, and answers after the server has acted. Only for calls and
 * files: a poll that is lost is simply asked again.
 */
final class UnreliableTransport implements Transport {
    private final Transport way;
    private final Random random;
    private final double loss;
    final AtomicInteger lostAnswers = new AtomicInteger();
    final AtomicInteger lostRequests = new AtomicInteger();

    UnreliableTransport(Transport way, long seed, double loss) {
        this.way = way;
        this.random = new Random(seed);
        this.loss = loss;
    }

    @Override
    public Answer execute(Request request, Duration deadline) throws InterruptedException {
        double fate = random.nextDouble();
        if (fate < loss / 2) {
            lostRequests.incrementAndGet();
            throw new TransportException(Happened.NO, "the request was lost", null);
        }
        Answer answer = way.execute(request, deadline);
        if (request.lane() == Lane.POLL || fate > loss) return answer;
        answer.close();
        lostAnswers.incrementAndGet();
        throw new TransportException(Happened.UNKNOWN, "the answer was lost", null);
    }

    @Override
    public void close() {
        way.close();
    }
}
