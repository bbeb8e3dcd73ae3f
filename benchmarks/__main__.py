"""`make bench`: every benchmark, one after the other."""

from benchmarks import durations, engines, merging, report, review, workers

for benchmark in (durations, engines, workers, merging, report, review):
    print(f"\n## {(benchmark.__doc__ or '').splitlines()[0]}\n")
    benchmark.main()
