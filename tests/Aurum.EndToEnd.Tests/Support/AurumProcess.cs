using System.Diagnostics;
using System.Runtime.InteropServices;
using Aurum.Testing;
using Aurum.Testing.Network;
using Xunit.Sdk;

namespace Aurum.EndToEnd.Tests.Support;

/// <summary>The built program as a child process. Every wait is bounded, and says what the child said when it is over.</summary>
internal sealed class AurumProcess : IAsyncDisposable
{
    /// <summary>Generous, since the machine may be busy with other tests; nothing waits for it to pass.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private const int Interrupt = 2, TerminationRequest = 15, Continuation = 18, Suspension = 19;

    private readonly Process _process;
    private readonly string _name;
    private readonly Stopwatch _running = Stopwatch.StartNew();
    private bool _disposed;

    private AurumProcess(Process process, string name)
    {
        _process = process;
        _name = name;
    }

    /// <summary>The program that scripts/test published; else the one beside the tests, where the reference to the Host puts it.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("AURUM_TEST_PROGRAM") is { Length: > 0 } published ? published : Path.Combine(AppContext.BaseDirectory, "aurum.dll");

    public Transcript Output { get; } = new();

    public Transcript Error { get; } = new();

    public bool HasEnded => _process.HasExited;

    /// <summary>The most memory that it ever held, as Linux counts it; only while it runs.</summary>
    public long PeakMegabytes
    {
        get
        {
            var line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
            return long.Parse(line.Split(':', StringSplitOptions.TrimEntries)[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) / 1024;
        }
    }

    /// <param name="environment">Besides what the tests run under, from which keys and addresses of providers are taken out.</param>
    /// <param name="columns">Width of the terminal that its output is to be, by way of <c>script</c>; null for no terminal.</param>
    /// <param name="machine">Where it runs; null for here.</param>
    public static AurumProcess Start(
        IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, string workingDirectory, int? columns = null, VirtualMachine? machine = null) =>
        Start($"aurum {string.Join(' ', arguments)}", [.. machine?.Prefix ?? [], .. FromThisRuntime(), Program, .. arguments], environment, workingDirectory, columns);

    /// <summary>A line as one types it; <c>aurum</c> is the program.</summary>
    public static AurumProcess Shell(string line, IReadOnlyDictionary<string, string> environment, string workingDirectory, int? columns = null) =>
        Start(line, ["bash", "-c", $"aurum() {{ exec {string.Join(' ', FromThisRuntime())} \"{Program}\" \"$@\"; }}; {line}"], environment, workingDirectory, columns);

    private static AurumProcess Start(string called, string[] command, IReadOnlyDictionary<string, string> environment, string workingDirectory, int? columns)
    {
        var start = new ProcessStartInfo { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true };
        if (columns is { } width)
        {
            command = ["script", "-q", "-e", "-c", $"stty cols {width}; exec {string.Join(' ', command.Select(word => $"'{word}'"))}", "/dev/null"];
            start.Environment["TERM"] = "xterm-256color";
        }

        start.FileName = command[0];
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var name in start.Environment.Keys.Where(IsOurs).ToArray())
        {
            start.Environment.Remove(name);
        }

        // Counting calls for the optimiser, and compiling what is called often once more, cost a process of a few seconds more than it will ever gain.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "1770"; // hexadecimal: 6 s
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new AurumProcess(new Process { StartInfo = start }, called);
        child._process.OutputDataReceived += (_, line) => child.Output.Add(line.Data);
        child._process.ErrorDataReceived += (_, line) => child.Error.Add(line.Data);
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Waits for the end, then for the last line of both outputs.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync(TimeSpan? within = null)
    {
        await BoundedAsync(_process.WaitForExitAsync, within, "to end");
        return _process.ExitCode;
    }

    /// <exception cref="XunitException">It ended with another code.</exception>
    public async Task<AurumProcess> EndsWithAsync(int exitCode, TimeSpan? within = null)
    {
        var code = await ExitAsync(within);
        return code == exitCode ? this : throw Failure($"ended with {code}, expected {exitCode}");
    }

    /// <summary>Waits until a line of standard error holds a text, or the process ends.</summary>
    /// <returns>False when it ended without that line.</returns>
    public async Task<bool> SaysOnErrorAsync(string text)
    {
        await BoundedAsync(
            async stop =>
            {
                using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
                await await Task.WhenAny(Error.FirstAsync(line => line.Contains(text, StringComparison.Ordinal), either.Token), _process.WaitForExitAsync(either.Token));
                await either.CancelAsync();
            },
            null,
            $"to say \"{text}\" on standard error or to end");
        return Error.Text.Contains(text, StringComparison.Ordinal);
    }

    /// <summary>Waits for a line of standard output.</summary>
    public Task<string> SaysAsync(string text) => SaysAsync(line => line.Contains(text, StringComparison.Ordinal), $"\"{text}\"");

    public async Task<string> SaysAsync(Func<string, bool> condition, string what)
    {
        var said = "";
        await BoundedAsync(async stop => said = await Output.FirstAsync(condition, stop), null, $"to say {what} on standard output");
        return said;
    }

    /// <summary>
    /// What was said holds no trace and no name of an exception: such things are for a debugger, and these outputs for people.
    /// </summary>
    public void SaysNothingOfItsInside()
    {
        foreach (var line in Output.Lines.Concat(Error.Lines))
        {
            if (line.TrimStart().StartsWith("at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal) || line.Contains("unexpected failure", StringComparison.Ordinal))
            {
                throw Failure($"says \"{line}\"");
            }
        }
    }

    /// <summary>The same of a log that tells of outages, whose reasons may name exceptions: no trace.</summary>
    public void SaysNoTrace()
    {
        foreach (var line in Output.Lines.Concat(Error.Lines))
        {
            if (line.StartsWith("   at ", StringComparison.Ordinal) || line.Contains(" ---> ", StringComparison.Ordinal) || line.Contains("unexpected failure", StringComparison.Ordinal))
            {
                throw Failure($"says \"{line}\"");
            }
        }
    }

    /// <summary>Waits for something outside of the process, which must not end before.</summary>
    public async Task AwaitAsync(Func<bool> condition, string what)
    {
        if (!await OutlivesAsync(condition, what))
        {
            throw Failure($"ended before {what}");
        }
    }

    /// <returns>False when the process ended first.</returns>
    public async Task<bool> OutlivesAsync(Func<bool> condition, string what)
    {
        await BoundedAsync(
            async stop =>
            {
                while (!condition() && !_process.HasExited)
                {
                    await Task.Delay(10, stop);
                }
            },
            null,
            what);
        return !_process.HasExited;
    }

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    public void Terminate() => Send(TerminationRequest);

    public void PressControlC() => Send(Interrupt);

    /// <summary>SIGSTOP: it does nothing more, and knows nothing of it, until <see cref="Thaw"/>.</summary>
    public void Freeze() => Send(Suspension);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Send(Continuation);

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    /// <summary>The ends of both outputs.</summary>
    public string LastWords => $"--- standard output ---\n{Tail(Output)}\n--- standard error ---\n{Tail(Error)}";

    public XunitException Failure(string what) => new($"{_name}: {what}, {_running.Elapsed.TotalSeconds:0.0} s after its start.\n{LastWords}");

    private static string Tail(Transcript transcript) => string.Join('\n', transcript.Lines.TakeLast(40));

    /// <summary>Whoever runs tests in the background has SIGINT ignored, and a child would inherit that.</summary>
    private static string[] FromThisRuntime()
    {
        var dotnet = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        return Processes.Ignores(Interrupt) ? ["env", "--default-signal=INT", dotnet] : [dotnet];
    }

    private static bool IsOurs(string variable) =>
        variable.StartsWith("AURUM_", StringComparison.Ordinal)
        || variable.StartsWith("KAFKA_", StringComparison.Ordinal)
        || variable.StartsWith("SCHEMA_REGISTRY_", StringComparison.Ordinal)
        || variable.EndsWith("_API_KEY", StringComparison.Ordinal)
        || variable.EndsWith("_API_BASE_URL", StringComparison.Ordinal)
        || variable == "NOAA_GHCND_TOKEN";

    private async Task BoundedAsync(Func<CancellationToken, Task> wait, TimeSpan? within, string what)
    {
        using var patience = new CancellationTokenSource(within ?? Patience);
        try
        {
            await wait(patience.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested)
        {
            throw Failure($"was awaited {what} within {(within ?? Patience).TotalSeconds} s, in vain");
        }
    }

    private void Send(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw Failure($"does not take signal {signal}: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);
}
