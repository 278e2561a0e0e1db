namespace Aurum.Storage.Tests;

/// <summary>What every audit store must do.</summary>
public abstract class AuditStoreContract : StoreContract
{
    private static readonly AuditEntry Stop = new(Now, "ann", "10.0.0.7", "stop_run", "fred", "it's \"too\" much; DROP TABLE", """{"a": 1}""");

    [Fact]
    public async Task An_entry_comes_back_whole()
    {
        await Audit.AddAsync(Stop, CancellationToken.None);
        await Audit.AddAsync(Stop with { Reason = null, Detail = null }, CancellationToken.None);
        Assert.Equal([Stop with { Reason = null, Detail = null }, Stop], (await Audit.ListAsync(null, 10, CancellationToken.None)).Select(found => found.Entry));
    }

    [Fact]
    public async Task The_newest_come_first_and_a_page_at_a_time()
    {
        for (var number = 0; number < 5; number++)
        {
            await Audit.AddAsync(Stop with { Target = $"{number}" }, CancellationToken.None);
        }

        var first = await Audit.ListAsync(null, 3, CancellationToken.None);
        var rest = await Audit.ListAsync(first[^1].Number, 3, CancellationToken.None);

        Assert.Equal(["4", "3", "2"], first.Select(found => found.Entry.Target));
        Assert.Equal(["1", "0"], rest.Select(found => found.Entry.Target));
    }
}
