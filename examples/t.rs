use prevent_benchmark::*;
use std::time::Instant;
use std::path::Path;
fn main(){
  let t=Instant::now();
  for (n,f) in app::FORMATS.iter(){ let t=Instant::now(); let _=f.json_schema(); println!("schema {n} {:?}",t.elapsed()); }
  println!("all schemas {:?}",t.elapsed());
  let t=Instant::now(); let files=store::find_rubric("prevent-la-2021",Path::new("-")).unwrap().unwrap(); println!("read {:?}",t.elapsed());
  let t=Instant::now(); let docs:Vec<_>=files.sources.iter().map(|s| yaml::parse_yaml(s).0.unwrap()).collect(); println!("parse {:?}",t.elapsed());
  let t=Instant::now(); let v:Vec<_>=docs.iter().map(|d|d.to_json()).collect(); println!("json {:?}",t.elapsed());
  let t=Instant::now(); for d in &docs { if d.text_at("/schema")==Some("benchmark/1"){ let _:Result<rubric::raw::RawBenchmark,_>=rubric::BENCHMARK_FORMAT.lower(d,|_,_|None);} } println!("lower benchmarks {:?}",t.elapsed());
  let t=Instant::now(); let r=rubric::load_rubric(&files.folder,&files.sources); println!("load_rubric all {:?}",t.elapsed());
  let _=(v,r);
  let t=Instant::now(); let s=app::score(Path::new("assessments/leicestershire/2021-22.yaml")); println!("score {:?}",t.elapsed()); let _=s;
  let src=store::read_source(Path::new("assessments/leicestershire/2021-22.yaml")).unwrap();
  let t=Instant::now(); let d=yaml::parse_yaml(&src).0.unwrap(); println!("parse assessment {:?} {}",t.elapsed(),src.text().len());
  let t=Instant::now(); let raw=assessment::lower_assessment(&d).unwrap(); println!("lower assessment {:?}",t.elapsed());
  let rub=app::rubric("prevent-la-2021",Path::new("-")).value.unwrap();
  let t=Instant::now(); let a=assessment::load_assessment(&d,raw,&rub).0.unwrap(); println!("validate {:?}",t.elapsed());
  let t=Instant::now(); let p=scoring::propose_levels(&rub,&a,scoring::confirmed_findings(&a)); println!("propose {:?}",t.elapsed());
  let t=Instant::now(); let _=app::letter(Path::new("assessments/leicestershire/2021-22.yaml"),app::ReportFormat::Html,None,"2024-01-01"); println!("letter total {:?}",t.elapsed());
  let _=p;
}
