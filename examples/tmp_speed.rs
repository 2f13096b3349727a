use std::time::Instant;
use prevent_benchmark::{app,matching};
fn main(){
 let r=app::rubric("prevent-la-2021",std::path::Path::new("rubrics")).value.unwrap();
 let t=Instant::now(); let l=matching::teach::Lessons::new(&r); println!("lessons {:?}",t.elapsed());
 let t=Instant::now(); let m=l.teach(&Default::default()); println!("teach {:?}",t.elapsed());
 let s=matching::compile_matcher(&r,&m); println!("compiled {} bytes",s.len());
 std::fs::write("/tmp/work/matcher.json",&s).unwrap();
 let t=Instant::now(); let m=matching::load_matcher(&r,&s).unwrap(); println!("load {:?}",t.elapsed()); for _ in 0..3 { let t=Instant::now(); matching::load_matcher(&r,&s).unwrap(); println!("load {:?}",t.elapsed());}
 let texts:Vec<&str>=r.statements.iter().map(|s|s.text.as_str()).collect();
 for _ in 0..2 { let t=Instant::now(); let mut n=0; for i in 0..10000 { n+=m.match_statement(texts[i%texts.len()],None).findings.len(); } println!("10000 in {:?} {n}",t.elapsed()); }
}
