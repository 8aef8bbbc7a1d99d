package io.botmesh.botapi;

import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;

/**
 * One bot at one server: whoever sends, polls or downloads takes this, and minds not what stands behind it. {@link BotApi}
 * tries each call once and at once; a limiter in front of it waits its turn. Calls block and any number may run at once.
 */
public interface Api {
    BotToken token();

    /** {@link #call(ApiCall, Duration)} within the deadline that the implementation is set to. */
    <R> R call(ApiCall<R> call) throws InterruptedException;

    /**
     * Sends the call and waits for the answer.
     *
     * @param deadline for all of it, waiting included, positive
     * @throws ApiException       if the server refused, or nothing was sent because the call could not wait so long: it
     *                            did not happen
     * @throws TransportException if there is no usable answer; it says whether the call may have happened
     */
    <R> R call(ApiCall<R> call, Duration deadline) throws InterruptedException;

    /**
     * The same bot for mass sending: behind a {@link LimitedApi} its messages go out at the rate set for broadcasts, and only
     * while no other message could. This itself if there is no limiter.
     */
    default Api broadcast() {
        return this;
    }

    /** {@link #getUpdates(GetUpdates, Duration)} within a deadline that fits the call's own timeout. */
    List<RawUpdate> getUpdates(GetUpdates call) throws InterruptedException;

    /**
     * Polls for updates and splits the answer without decoding it. Never waits for other calls.
     *
     * @param deadline longer than the call's own timeout
     */
    List<RawUpdate> getUpdates(GetUpdates call, Duration deadline) throws InterruptedException;

    /**
     * Fetches a file that {@code getFile} has named, in one try. What was written before a failure stays written.
     *
     * @param filePath   {@link File#filePath()}
     * @param limitBytes most bytes to accept
     * @return the number of bytes written
     * @throws ApiException         if the server has no such file; paths end to be valid after an hour
     * @throws TransportException   if the file does not arrive whole, or is larger than the limit
     * @throws UncheckedIOException if {@code out} fails, or a local file cannot be read
     */
    long download(String filePath, long limitBytes, Duration deadline, OutputStream out) throws InterruptedException;

    /**
     * Opens a file that {@code getFile} has named, in one try. {@link Downloads} does the rest.
     *
     * @param from     the first byte wanted, zero or more; {@link FilePart#from()} says where it really begins
     * @param deadline for all of it, to its last byte
     * @throws ApiException       if the server has no such file, or not so many bytes of it (416)
     * @throws TransportException if there is no usable answer
     */
    FilePart open(String filePath, long from, Duration deadline) throws InterruptedException;
}
