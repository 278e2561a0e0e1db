namespace Aurum.Host;

/// <summary>What the process says with its exit code.</summary>
public static class ExitCodes
{
    /// <summary>All was collected or answered.</summary>
    public const int Good = 0;

    /// <summary>Some series failed, or the answer could not be written; each failure is named.</summary>
    public const int SomeFailed = 1;

    /// <summary>Bad arguments or configuration: nothing was begun.</summary>
    public const int BadRequest = 2;

    /// <summary>An outside system needed at the start is not there.</summary>
    public const int OutsideSystemMissing = 3;

    /// <summary>The cluster has removed this node, which it could not reach: started again, it is let in again.</summary>
    public const int RemovedFromCluster = 4;

    /// <summary>A bug (EX_SOFTWARE of sysexits).</summary>
    public const int Bug = 70;
}
