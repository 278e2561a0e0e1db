namespace Aurum.Host.Engine;

/// <summary>A node's data directory, held for this process alone: two nodes on one journal would undo each other.</summary>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>With less, not even the empty tables of store and journal find room, and nothing could be said of anything in them.</summary>
    private const long LeastRoomBytes = 512 * 1024;

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    public string Path { get; }

    public string StoreFile => System.IO.Path.Combine(Path, Stores.FileName);

    public string JournalFile => System.IO.Path.Combine(Path, "journal.db");

    public string LogFile => System.IO.Path.Combine(Path, "aurum.log");

    /// <summary>Makes the directory where it is missing and takes its lock, which ends with the process, however it ends.</summary>
    /// <exception cref="NodeStartException">It cannot be made or written, or another process holds it.</exception>
    public static DataDirectory Hold(string path)
    {
        var lockFile = System.IO.Path.Combine(path, "aurum.lock");
        try
        {
            Directory.CreateDirectory(path);
            if (new DriveInfo(path) is { AvailableFreeSpace: var room and < LeastRoomBytes })
            {
                throw new NodeStartException($"data directory {path} cannot be used: its disk is full, with {room / 1024} KiB left");
            }

            return new DataDirectory(path, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (File.Exists(lockFile))
        {
            throw new NodeStartException($"data directory {path} is in use by another aurum ({exception.Message})");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NodeStartException($"data directory {path} cannot be used: {exception.Message}");
        }
    }

    public void Dispose() => _lock.Dispose();
}

/// <summary>The node cannot start because something outside of it is not there or not usable.</summary>
public sealed class NodeStartException(string message, Exception? inner = null) : Exception(message, inner);
